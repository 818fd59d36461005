-- The audit log is each business's own. What belongs to none, such as the keys that sign for all of them, is told here.

CREATE TABLE installation_log (
    id             uuid        CONSTRAINT installation_log_pkey PRIMARY KEY,
    occurred_at    timestamptz NOT NULL,
    actor          text        NOT NULL,
    correlation_id uuid        NOT NULL,
    action         text        NOT NULL CONSTRAINT installation_log_action_form CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
    object_id      uuid        NOT NULL,
    object_name    text        NOT NULL
);
COMMENT ON TABLE installation_log IS 'What was done to the installation as a whole, and to people who belong to no business. Append-only.';
COMMENT ON COLUMN installation_log.id IS 'UUIDv7 of the time: the order of the log.';
COMMENT ON COLUMN installation_log.actor IS 'user:<id> or system:<name>, as in the audit log.';
COMMENT ON COLUMN installation_log.correlation_id IS 'The request or run: the same as in log lines and events.';
COMMENT ON COLUMN installation_log.action IS 'Such as signing_key.made.';
COMMENT ON COLUMN installation_log.object_name IS 'What the object was called then. Never a secret.';
GRANT SELECT, INSERT ON installation_log TO tradepost_app, tradepost_worker;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON installation_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Also where a session says that it replicates.
ALTER TABLE installation_log ENABLE ALWAYS TRIGGER refuse_change;
