-- Identity: people, where they belong, and their sessions.
-- A person is one row for the whole installation (an accountant may serve two businesses with one password),
-- so users and sessions carry no tenant; what they may do in a business is a tenant row, in members.

CREATE TABLE users (
    id            uuid        CONSTRAINT users_pkey PRIMARY KEY,
    email         text        NOT NULL CONSTRAINT users_email_key UNIQUE
                              CONSTRAINT users_email_lower CHECK (email = lower(email))
                              CONSTRAINT users_email_length CHECK (char_length(email) BETWEEN 3 AND 254),
    name          text        NOT NULL CONSTRAINT users_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    password_hash text        NOT NULL,
    created_at    timestamptz NOT NULL
);
COMMENT ON TABLE users IS 'People who can sign in. Only the identity context reads it.';
COMMENT ON COLUMN users.password_hash IS 'PHC string (argon2id); the parameters travel with the hash.';
GRANT SELECT, INSERT, UPDATE ON users TO tradepost_app;

CREATE TABLE members (
    tenant_id  uuid        NOT NULL CONSTRAINT members_tenant_fkey REFERENCES tenants (id),
    user_id    uuid        NOT NULL CONSTRAINT members_user_fkey REFERENCES users (id),
    role       text        NOT NULL CONSTRAINT members_role_known
                           CHECK (role IN ('owner', 'manager', 'sales', 'warehouse', 'marketing', 'accountant', 'auditor')),
    created_at timestamptz NOT NULL,
    CONSTRAINT members_pkey PRIMARY KEY (tenant_id, user_id)
);
COMMENT ON TABLE members IS 'Which people work for which business, and as what.';
CREATE INDEX members_user_idx ON members (user_id);
CALL protect_tenant_table('members');
-- Signing in asks "where does this person belong?" before a tenant is chosen.
CREATE POLICY own_memberships ON members FOR SELECT USING (user_id = (SELECT current_user_id()));
GRANT SELECT, INSERT, UPDATE, DELETE ON members TO tradepost_app;

CREATE TABLE sessions (
    token_hash    bytea       CONSTRAINT sessions_pkey PRIMARY KEY
                              CONSTRAINT sessions_token_hash_length CHECK (octet_length(token_hash) = 32),
    user_id       uuid        CONSTRAINT sessions_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    data          jsonb       NOT NULL,
    created_at    timestamptz NOT NULL,
    idle_until    timestamptz NOT NULL,
    ends_at       timestamptz NOT NULL,
    CONSTRAINT sessions_times_in_order CHECK (created_at <= idle_until AND idle_until <= ends_at)
);
COMMENT ON TABLE sessions IS 'Browser sessions. A stolen copy of this table signs nobody in: it has no tokens.';
COMMENT ON COLUMN sessions.token_hash IS 'SHA-256 of the cookie''s 128 random bits, which are kept nowhere.';
COMMENT ON COLUMN sessions.idle_until IS 'Ends when unused until then; moved on by use.';
COMMENT ON COLUMN sessions.ends_at IS 'Ends then, however busy it is.';
CREATE INDEX sessions_user_idx ON sessions (user_id);
CREATE INDEX sessions_idle_until_idx ON sessions (idle_until);
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO tradepost_app;
GRANT SELECT, DELETE ON sessions TO tradepost_worker;
