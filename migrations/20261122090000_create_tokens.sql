-- What programs carry: access tokens, which signing keys vouch for, refresh tokens, and API keys.

CREATE TABLE signing_keys (
    id             uuid        CONSTRAINT signing_keys_pkey PRIMARY KEY,
    sealed_key     bytea       NOT NULL,
    modulus        bytea       NOT NULL CONSTRAINT signing_keys_modulus_length CHECK (octet_length(modulus) >= 256),
    exponent       bytea       NOT NULL,
    created_at     timestamptz NOT NULL,
    signs_from     timestamptz NOT NULL,
    retires_at     timestamptz,
    verifies_until timestamptz,
    CONSTRAINT signing_keys_retires_and_ends CHECK ((retires_at IS NULL) = (verifies_until IS NULL)),
    CONSTRAINT signing_keys_times_in_order
        CHECK (created_at <= signs_from AND signs_from <= retires_at AND retires_at <= verifies_until)
);
COMMENT ON TABLE signing_keys IS 'RSA keys that sign access tokens. Each is published before it signs, and verifies until its last token has ended.';
COMMENT ON COLUMN signing_keys.id IS 'The kid of tokens and of the published key set.';
COMMENT ON COLUMN signing_keys.sealed_key IS 'PKCS#8, sealed under the installation''s key: the database alone signs nothing.';
COMMENT ON COLUMN signing_keys.modulus IS 'n of the public key, big-endian without leading zeros.';
COMMENT ON COLUMN signing_keys.exponent IS 'e of the public key, likewise.';
COMMENT ON COLUMN signing_keys.retires_at IS 'From then on its successor signs; NULL while it has none.';
COMMENT ON COLUMN signing_keys.verifies_until IS 'From then on its tokens are refused, and it may be removed.';
-- Two that sign at the same time would each be somebody's newest.
CREATE UNIQUE INDEX signing_keys_current_key ON signing_keys ((retires_at IS NULL)) WHERE retires_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON signing_keys TO tradepost_app;
GRANT SELECT, DELETE ON signing_keys TO tradepost_worker;

-- Like a session it is found before a tenant is chosen, so it has no tenant_id.
CREATE TABLE refresh_tokens (
    token_hash  bytea       CONSTRAINT refresh_tokens_pkey PRIMARY KEY
                            CONSTRAINT refresh_tokens_token_hash_length CHECK (octet_length(token_hash) = 32),
    family      uuid        NOT NULL,
    user_id     uuid        NOT NULL CONSTRAINT refresh_tokens_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    business_id uuid        NOT NULL CONSTRAINT refresh_tokens_business_fkey REFERENCES tenants (id),
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    revoked_at  timestamptz,
    CONSTRAINT refresh_tokens_times_in_order CHECK (created_at <= expires_at)
);
COMMENT ON TABLE refresh_tokens IS 'The sessions of programs. Each token is good for one use and is replaced by it; a second use ends its family.';
COMMENT ON COLUMN refresh_tokens.token_hash IS 'SHA-256 of the token''s 256 random bits, which are kept nowhere.';
COMMENT ON COLUMN refresh_tokens.family IS 'All that follow from one login.';
COMMENT ON COLUMN refresh_tokens.business_id IS 'The tenant that the login was for.';
COMMENT ON COLUMN refresh_tokens.expires_at IS 'Of the family: replacing a token never moves it on.';
CREATE INDEX refresh_tokens_family_idx ON refresh_tokens (family);
CREATE INDEX refresh_tokens_user_idx ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);
GRANT SELECT, INSERT, UPDATE ON refresh_tokens TO tradepost_app;
GRANT SELECT, DELETE ON refresh_tokens TO tradepost_worker;

CREATE TABLE api_keys (
    tenant_id    uuid        NOT NULL CONSTRAINT api_keys_tenant_fkey REFERENCES tenants (id),
    id           uuid        NOT NULL,
    name         text        NOT NULL CONSTRAINT api_keys_name_length CHECK (char_length(name) BETWEEN 1 AND 60),
    token_hash   bytea       NOT NULL CONSTRAINT api_keys_token_hash_length CHECK (octet_length(token_hash) = 32),
    scopes       text[]      NOT NULL,
    created_by   uuid        NOT NULL CONSTRAINT api_keys_created_by_fkey REFERENCES users (id),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    CONSTRAINT api_keys_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT api_keys_token_hash_key UNIQUE (tenant_id, token_hash)
);
COMMENT ON TABLE api_keys IS 'Keys by which other programs act for whoever made them.';
COMMENT ON COLUMN api_keys.token_hash IS 'SHA-256 of the whole key, which is shown once and kept nowhere.';
COMMENT ON COLUMN api_keys.scopes IS 'Words of Permission of the model. What the maker doesn''t hold any more, the key doesn''t give either.';
COMMENT ON COLUMN api_keys.expires_at IS 'NULL for a key that lasts until it is revoked.';
COMMENT ON COLUMN api_keys.last_used_at IS 'To the minute: a use is noted when the last one is that long ago.';
CALL protect_tenant_table('api_keys');
GRANT SELECT, INSERT, UPDATE ON api_keys TO tradepost_app;
