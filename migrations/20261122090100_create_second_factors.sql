-- The second factor: one-time codes of an authenticator app, and recovery codes for when it is lost. It is the person's, wherever they work,
-- so it carries no tenant, as users don't. Whether one is needed is each business's own setting.

CREATE TABLE totp_factors (
    user_id       uuid        CONSTRAINT totp_factors_pkey PRIMARY KEY
                              CONSTRAINT totp_factors_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    secret_sealed bytea       NOT NULL,
    created_at    timestamptz NOT NULL,
    confirmed_at  timestamptz,
    last_step     bigint      NOT NULL DEFAULT 0 CONSTRAINT totp_factors_last_step_positive CHECK (last_step >= 0)
);
COMMENT ON TABLE totp_factors IS 'The authenticator apps of people (TOTP, RFC 6238): one each.';
COMMENT ON COLUMN totp_factors.secret_sealed IS 'What the codes are made from, sealed under the installation''s key: a stolen copy of this table makes no codes.';
COMMENT ON COLUMN totp_factors.confirmed_at IS 'When its first right code was entered; NULL before, and then nobody is asked for codes.';
COMMENT ON COLUMN totp_factors.last_step IS 'The latest time step whose code was used. Codes of it and of those before are refused: each works once.';
GRANT SELECT, INSERT, UPDATE, DELETE ON totp_factors TO tradepost_app;

CREATE TABLE recovery_codes (
    user_id   uuid  NOT NULL CONSTRAINT recovery_codes_factor_fkey REFERENCES totp_factors (user_id) ON DELETE CASCADE,
    code_hash bytea NOT NULL CONSTRAINT recovery_codes_code_hash_length CHECK (octet_length(code_hash) = 32),
    used_at   timestamptz,
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, code_hash)
);
COMMENT ON TABLE recovery_codes IS 'Codes that stand in for a lost authenticator app, each once.';
COMMENT ON COLUMN recovery_codes.code_hash IS 'SHA-256 of the person''s id and the code, which is kept nowhere.';
GRANT SELECT, INSERT, UPDATE, DELETE ON recovery_codes TO tradepost_app;

ALTER TABLE roles ADD requires_second_factor boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN roles.requires_second_factor IS 'Whoever has the role gets nowhere before they have set up a second factor. Also a setting of built-in roles.';
