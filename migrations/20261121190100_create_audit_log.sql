-- The audit log: who did what, when, from where. Rows are added and never touched again, whoever asks.

CREATE TABLE audit_log (
    tenant_id      uuid        NOT NULL CONSTRAINT audit_log_tenant_fkey REFERENCES tenants (id),
    id             uuid        NOT NULL,
    occurred_at    timestamptz NOT NULL,
    actor          text        NOT NULL,
    address        inet,
    correlation_id uuid        NOT NULL,
    action         text        NOT NULL CONSTRAINT audit_log_action_form CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
    object_type    text        NOT NULL,
    object_id      uuid        NOT NULL,
    object_name    text        NOT NULL,
    changes        jsonb       NOT NULL,
    CONSTRAINT audit_log_pkey PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE audit_log IS 'What was done in a business, by whom. Append-only.';
COMMENT ON COLUMN audit_log.id IS 'UUIDv7 of the time: the order of the log.';
COMMENT ON COLUMN audit_log.actor IS 'user:<id> or system:<name>, as in events.';
COMMENT ON COLUMN audit_log.address IS 'Where the request came from; none for commands and tasks.';
COMMENT ON COLUMN audit_log.correlation_id IS 'The request or run: the same as in log lines and events.';
COMMENT ON COLUMN audit_log.action IS 'Such as user.logged_in.';
COMMENT ON COLUMN audit_log.object_name IS 'What the object was called then.';
COMMENT ON COLUMN audit_log.changes IS 'A list of {field, from, to}, in words for people. Never a secret.';
CREATE INDEX audit_log_actor_idx ON audit_log (tenant_id, actor, id);
CREATE INDEX audit_log_action_idx ON audit_log (tenant_id, action, id);
CREATE INDEX audit_log_object_idx ON audit_log (tenant_id, object_id, id);
CALL protect_tenant_table('audit_log');
GRANT SELECT, INSERT ON audit_log TO tradepost_app, tradepost_worker;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Also where a session says that it replicates.
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER refuse_change;
