-- Roles are data: a business makes its own beside those that come built in.

CREATE TABLE roles (
    tenant_id   uuid        NOT NULL CONSTRAINT roles_tenant_fkey REFERENCES tenants (id),
    id          uuid        NOT NULL,
    built_in    text        CONSTRAINT roles_built_in_known
                            CHECK (built_in IN ('owner', 'manager', 'sales', 'warehouse', 'marketing', 'accountant', 'auditor')),
    name        text        NOT NULL CONSTRAINT roles_name_length CHECK (char_length(name) BETWEEN 1 AND 60),
    permissions text[]      NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT roles_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT roles_built_in_key UNIQUE (tenant_id, built_in),
    CONSTRAINT roles_built_in_has_no_permissions CHECK (built_in IS NULL OR permissions = '{}')
);
COMMENT ON TABLE roles IS 'What members of a business may be: each a name for a set of permissions.';
COMMENT ON COLUMN roles.built_in IS 'Which of the program''s own roles this is; what those include comes with the program.';
COMMENT ON COLUMN roles.permissions IS 'Words of Permission of the model, such as orders:read; of roles that a business made.';
CREATE UNIQUE INDEX roles_name_key ON roles (tenant_id, lower(name));

-- Every business that is there gets the built-in ones. Row-level security would hide the rows from the migration itself.
ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY;
ALTER TABLE members NO FORCE ROW LEVEL SECURITY;
INSERT INTO roles (tenant_id, id, built_in, name, created_at, updated_at)
SELECT t.id, gen_random_uuid(), word, initcap(word), now(), now()
FROM tenants t
CROSS JOIN unnest(ARRAY['owner', 'manager', 'sales', 'warehouse', 'marketing', 'accountant', 'auditor']) word;

ALTER TABLE members ADD role_id uuid;
UPDATE members m SET role_id = r.id FROM roles r WHERE r.tenant_id = m.tenant_id AND r.built_in = m.role;
ALTER TABLE members
    ALTER role_id SET NOT NULL,
    ADD CONSTRAINT members_role_fkey FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id),
    DROP COLUMN role;
CREATE INDEX members_role_idx ON members (tenant_id, role_id);
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE members FORCE ROW LEVEL SECURITY;

CALL protect_tenant_table('roles');
GRANT SELECT, INSERT, UPDATE, DELETE ON roles TO tradepost_app;
