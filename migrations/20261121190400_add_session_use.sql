-- People see where they are signed in, and when that was used last.
ALTER TABLE sessions ADD last_used_at timestamptz;
UPDATE sessions SET last_used_at = created_at;
ALTER TABLE sessions ALTER last_used_at SET NOT NULL;
COMMENT ON COLUMN sessions.last_used_at IS 'To the minute: a use is noted when the last one is that long ago.';
