-- Ending all sessions of somebody also ends those that are only being written at that moment, and those of requests that are on their way.
ALTER TABLE users ADD epoch bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN users.epoch IS 'Rises when all sessions of the person end. A session has the one in which it began, and counts in no other.';
ALTER TABLE members ADD epoch bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN members.epoch IS 'The same for the sessions that the person has in this business.';
