-- Somebody who left, or is away for long, keeps their name in the business's past and gets in no more.
ALTER TABLE members ADD suspended_at timestamptz;
COMMENT ON COLUMN members.suspended_at IS 'Since then they can''t get in; NULL while they can.';
