-- Mail to people: a line in which each waits until it is sent, and a log of what became of it.

CREATE TABLE mails (
    tenant_id       uuid        NOT NULL,
    id              uuid        NOT NULL,
    kind            text        NOT NULL,
    recipient       text        NOT NULL,
    subject         text        NOT NULL,
    text_sealed     bytea,
    opens           text[]      NOT NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    attempts        integer     NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    sent_at         timestamptz,
    failure         text,
    CONSTRAINT mails_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT mails_times_in_order CHECK (created_at <= expires_at)
);
COMMENT ON TABLE mails IS
    'Mail to people. Its tenant may not be there yet: whoever asks for a business gets mail before they have one. Kept for 90 days.';
COMMENT ON COLUMN mails.text_sealed IS
    'Sealed, for it may have a link in it that lets somebody in. Taken away when it was sent, and when the link is worth nothing any more.';
COMMENT ON COLUMN mails.opens IS 'Permissions of whoever follows its link: only those who hold them all are shown the text.';
COMMENT ON COLUMN mails.expires_at IS 'When the mail is worth nothing any more: it is not sent after.';
COMMENT ON COLUMN mails.next_attempt_at IS 'NULL when there is nothing to try: sent, given up, or kept because no mail server is set.';
CREATE INDEX mails_next_attempt_idx ON mails (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX mails_expires_idx ON mails (expires_at) WHERE text_sealed IS NOT NULL;
CREATE INDEX mails_created_idx ON mails (created_at);
CALL protect_tenant_table('mails');
CREATE POLICY worker_overview ON mails FOR SELECT TO tradepost_worker USING (true);
GRANT SELECT, INSERT ON mails TO tradepost_app;
GRANT SELECT, UPDATE, DELETE ON mails TO tradepost_worker;
