-- The outbox: an event is written here in the transaction of its change, so that neither exists without the other.

CREATE SEQUENCE outbox_position_seq AS bigint;
GRANT USAGE ON SEQUENCE outbox_position_seq TO tradepost_app, tradepost_worker;

CREATE TABLE outbox (
    position       bigint      NOT NULL DEFAULT nextval('outbox_position_seq'),
    transaction_id xid8        NOT NULL DEFAULT pg_current_xact_id(),
    tenant_id      uuid        NOT NULL CONSTRAINT outbox_tenant_fkey REFERENCES tenants (id),
    id             uuid        NOT NULL,
    type           text        NOT NULL CONSTRAINT outbox_type_dotted CHECK (type ~ '^[a-z_]+(\.[a-z_]+)+$'),
    version        smallint    NOT NULL CONSTRAINT outbox_version_positive CHECK (version > 0),
    aggregate_type text        NOT NULL,
    aggregate_id   uuid        NOT NULL,
    occurred_at    timestamptz NOT NULL,
    actor          text        NOT NULL,
    correlation_id uuid        NOT NULL,
    data           jsonb       NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (occurred_at, position)
) PARTITION BY RANGE (occurred_at);
COMMENT ON TABLE outbox IS 'Every event, append-only, a partition per month (UTC) so that old months are dropped, not deleted.';
COMMENT ON COLUMN outbox.position IS
    'Rises in the order of writing. A change locks its aggregate first, so per aggregate it is also the order of commits.';
COMMENT ON COLUMN outbox.transaction_id IS
    'Lets a reader stop before the oldest transaction still running: positions of different aggregates can commit out of order.';
COMMENT ON COLUMN outbox.actor IS 'user:<id> or system:<task>.';
CREATE INDEX outbox_aggregate_idx ON outbox (tenant_id, aggregate_id, position);
CREATE INDEX outbox_position_idx ON outbox (position);
CALL protect_tenant_table('outbox');
GRANT SELECT, INSERT ON outbox TO tradepost_app, tradepost_worker;

-- Catches what no month was made for: an event is never refused because a task did not run.
CREATE TABLE outbox_default PARTITION OF outbox DEFAULT;
CALL protect_tenant_table('outbox_default');

CREATE FUNCTION ensure_outbox_partitions(first_month date, months integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month   date;
    name    text;
    created integer := 0;
BEGIN
    -- One server at a time; the others find the work done.
    PERFORM pg_advisory_xact_lock(hashtext('ensure_outbox_partitions'));
    FOR step IN 0 .. months - 1 LOOP
        month := date_trunc('month', first_month)::date + make_interval(months => step);
        name := 'outbox_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        -- Rows already caught by the default partition would contradict the new one's bounds: leave that month to it.
        CONTINUE WHEN EXISTS (SELECT FROM outbox_default
            WHERE occurred_at >= month::timestamp AT TIME ZONE 'UTC'
              AND occurred_at < (month + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('CREATE TABLE %I PARTITION OF outbox FOR VALUES FROM (%L) TO (%L)', name,
            month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('CALL protect_tenant_table(%L)', name);
        created := created + 1;
    END LOOP;
    RETURN created;
END $$;
COMMENT ON FUNCTION ensure_outbox_partitions(date, integer) IS
    'Makes the months'' partitions that are missing; run at start and daily. Runs as the owner, because only it may make tables.';
REVOKE EXECUTE ON FUNCTION ensure_outbox_partitions(date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_outbox_partitions(date, integer) TO tradepost_worker;
-- The default partition is read under forced row-level security by the function above.
CREATE POLICY owner_overview ON outbox_default FOR SELECT TO tradepost_owner USING (true);
