-- Invitations that nobody followed don't stay for ever: they hold addresses of people who never came. What was done is in the audit log.

CREATE POLICY worker_overview ON invitations FOR SELECT TO tradepost_worker USING (true);
CREATE POLICY worker_removes ON invitations FOR DELETE TO tradepost_worker USING (true);
GRANT SELECT, DELETE ON invitations TO tradepost_worker;
CREATE INDEX invitations_expires_idx ON invitations (expires_at) WHERE accepted_at IS NULL;
COMMENT ON TABLE invitations IS
    'People who were asked to work for a business. Accepted ones are kept: who let whom in. Others are removed some time after they expired.';
COMMENT ON COLUMN invitations.role_id IS 'What they will be. A role is removed when no invitation to it is open; those that are over go with it.';
