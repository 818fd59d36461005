-- Ways in that come by mail: a business that somebody asks for, an invitation, a link to an account. Each link works once and for a time;
-- the database has the hash of what makes it secret.

CREATE TABLE registrations (
    tenant_id     uuid        CONSTRAINT registrations_pkey PRIMARY KEY,
    token_hash    bytea       NOT NULL CONSTRAINT registrations_token_hash_length CHECK (octet_length(token_hash) = 32),
    email         text        NOT NULL,
    name          text        NOT NULL,
    business      text        NOT NULL,
    currency      text        NOT NULL,
    time_zone     text        NOT NULL,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
COMMENT ON TABLE registrations IS
    'Businesses that were asked for by somebody whose address is not confirmed yet. Whoever follows the link chooses the password: it may be
     somebody else who asked. Removed when they are opened.';
COMMENT ON COLUMN registrations.tenant_id IS 'Of the business that will be: it isn''t there yet.';
CREATE INDEX registrations_expires_idx ON registrations (expires_at);
CALL protect_tenant_table('registrations');
CREATE POLICY worker_overview ON registrations FOR SELECT TO tradepost_worker USING (true);
CREATE POLICY worker_removes ON registrations FOR DELETE TO tradepost_worker USING (true);
GRANT SELECT, INSERT, DELETE ON registrations TO tradepost_app;
GRANT SELECT, DELETE ON registrations TO tradepost_worker;

CREATE TABLE invitations (
    tenant_id   uuid        NOT NULL CONSTRAINT invitations_tenant_fkey REFERENCES tenants (id),
    id          uuid        NOT NULL,
    token_hash  bytea       NOT NULL CONSTRAINT invitations_token_hash_key UNIQUE
                            CONSTRAINT invitations_token_hash_length CHECK (octet_length(token_hash) = 32),
    email       text        NOT NULL,
    role_id     uuid        NOT NULL,
    invited_by  uuid        NOT NULL CONSTRAINT invitations_invited_by_fkey REFERENCES users (id),
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    accepted_at timestamptz,
    revoked_at  timestamptz,
    CONSTRAINT invitations_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT invitations_role_fkey FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT invitations_one_end CHECK (accepted_at IS NULL OR revoked_at IS NULL)
);
COMMENT ON TABLE invitations IS 'People who were asked to work for a business. Accepted or taken back ones are kept: who let whom in.';
COMMENT ON COLUMN invitations.role_id IS 'What they will be. A role that is removed takes its open invitations with it.';
CREATE UNIQUE INDEX invitations_open_email_key ON invitations (tenant_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;
CALL protect_tenant_table('invitations');
GRANT SELECT, INSERT, UPDATE, DELETE ON invitations TO tradepost_app;

CREATE TABLE account_links (
    token_hash bytea       CONSTRAINT account_links_pkey PRIMARY KEY
                           CONSTRAINT account_links_token_hash_length CHECK (octet_length(token_hash) = 32),
    purpose    text        NOT NULL CONSTRAINT account_links_purpose_known CHECK (purpose IN ('reset_password', 'confirm_email')),
    user_id    uuid        NOT NULL CONSTRAINT account_links_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE account_links IS 'Links that were sent to a person for their own account. One that was used is removed.';
CREATE INDEX account_links_user_idx ON account_links (user_id);
CREATE INDEX account_links_expires_idx ON account_links (expires_at);
GRANT SELECT, INSERT, DELETE ON account_links TO tradepost_app;
GRANT SELECT, DELETE ON account_links TO tradepost_worker;

ALTER TABLE users ADD email_confirmed_at timestamptz;
COMMENT ON COLUMN users.email_confirmed_at IS 'When they first followed a link that was sent to their address; NULL when they never did.';
