-- Tenancy: who the rows belong to, and the one way to protect them.
--
-- Three roles exist in the cluster (made by the program before it migrates):
--   tradepost_owner   owns every object and runs the migrations; no request ever uses it
--   tradepost_app     serves requests; sees one tenant at a time, or nothing
--   tradepost_worker  runs background tasks; like the application, and may look over the queues of all tenants

CREATE FUNCTION current_tenant_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.tenant_id', true), '')::uuid;
COMMENT ON FUNCTION current_tenant_id() IS
    'The tenant of this transaction (SET LOCAL app.tenant_id), or NULL: then no tenant row is visible.';

CREATE FUNCTION current_user_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.user_id', true), '')::uuid;
COMMENT ON FUNCTION current_user_id() IS
    'The person of this transaction while no tenant is chosen yet (signing in), or NULL.';

CREATE PROCEDURE protect_tenant_table(target regclass)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    -- The sub-select makes the planner evaluate the tenant once per statement instead of once per row.
    EXECUTE format(
        'CREATE POLICY tenant_isolation ON %s
             USING (tenant_id = (SELECT current_tenant_id()))
             WITH CHECK (tenant_id = (SELECT current_tenant_id()))', target);
END $$;
COMMENT ON PROCEDURE protect_tenant_table(regclass) IS
    'Forces row-level security on a table with a tenant_id. Every such table is passed to it; a test checks that.';
REVOKE EXECUTE ON PROCEDURE protect_tenant_table(regclass) FROM PUBLIC;

CREATE TABLE tenants (
    id         uuid        CONSTRAINT tenants_pkey PRIMARY KEY,
    name       text        NOT NULL CONSTRAINT tenants_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    currency   text        NOT NULL CONSTRAINT tenants_currency_iso CHECK (currency ~ '^[A-Z]{3}$'),
    time_zone  text        NOT NULL,
    created_at timestamptz NOT NULL,
    -- Lets an amount's row prove that it is in the business's currency.
    CONSTRAINT tenants_currency_key UNIQUE (id, currency)
);
COMMENT ON TABLE tenants IS 'The businesses that this installation serves.';
COMMENT ON COLUMN tenants.currency IS 'ISO 4217; every amount of the business without a currency of its own is in it.';
COMMENT ON COLUMN tenants.time_zone IS 'IANA name; decides which day an order belongs to and how times are shown.';
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON tenants
    USING (id = (SELECT current_tenant_id())) WITH CHECK (id = (SELECT current_tenant_id()));
CREATE POLICY worker_overview ON tenants FOR SELECT TO tradepost_worker USING (true);
GRANT SELECT, INSERT, UPDATE ON tenants TO tradepost_app;
GRANT SELECT ON tenants TO tradepost_worker;
