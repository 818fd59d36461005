-- Brute force: guesses wait longer and longer. They are counted per account, per address and per known device.

CREATE TABLE sign_in_throttles (
    key            bytea       CONSTRAINT sign_in_throttles_pkey PRIMARY KEY
                               CONSTRAINT sign_in_throttles_key_length CHECK (octet_length(key) = 32),
    failures       integer     NOT NULL CONSTRAINT sign_in_throttles_failures_positive CHECK (failures >= 0),
    last_failed_at timestamptz NOT NULL
);
COMMENT ON TABLE sign_in_throttles IS 'How often signing in failed lately, by what it is counted for.';
COMMENT ON COLUMN sign_in_throttles.key IS 'SHA-256 of the account, address or device: the table tells nobody who tried.';
COMMENT ON COLUMN sign_in_throttles.failures IS 'An attempt counts from when it begins and is taken back when it succeeds: many at a time are no way around.';
CREATE INDEX sign_in_throttles_last_failed_idx ON sign_in_throttles (last_failed_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_throttles TO tradepost_app;
GRANT SELECT, DELETE ON sign_in_throttles TO tradepost_worker;

CREATE TABLE devices (
    token_hash   bytea       NOT NULL CONSTRAINT devices_token_hash_length CHECK (octet_length(token_hash) = 32),
    user_id      uuid        NOT NULL CONSTRAINT devices_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    CONSTRAINT devices_pkey PRIMARY KEY (token_hash, user_id)
);
COMMENT ON TABLE devices IS 'Browsers that somebody signed in with: guesses of strangers don''t delay them there. One browser may be several people''s.';
COMMENT ON COLUMN devices.token_hash IS 'SHA-256 of the cookie''s 256 random bits, which are kept nowhere.';
CREATE INDEX devices_user_idx ON devices (user_id);
CREATE INDEX devices_last_used_idx ON devices (last_used_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON devices TO tradepost_app;
GRANT SELECT, DELETE ON devices TO tradepost_worker;
