-- A database is used with one secret key: with another one, nothing that was sealed could be read.
CREATE TABLE seal_checks (
    id     boolean CONSTRAINT seal_checks_pkey PRIMARY KEY DEFAULT true CONSTRAINT seal_checks_one CHECK (id),
    sealed bytea   NOT NULL
);
COMMENT ON TABLE seal_checks IS 'One value, sealed under the secret key of the first start. Each later start opens it, or refuses to go on.';
GRANT SELECT, INSERT ON seal_checks TO tradepost_app, tradepost_worker;
