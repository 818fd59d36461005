-- The comments of the table and of its column said different things of accepted invitations: those of a role that is removed go with it.

COMMENT ON TABLE invitations IS
    'People who were asked to work for a business. Accepted ones are kept as long as their role: who let whom in. Others are removed some time after they expired. What was done stays in the audit log.';
COMMENT ON COLUMN invitations.role_id IS
    'What they will be, or became. A role is removed when no invitation to it is open; those that are over, accepted ones too, go with it.';
