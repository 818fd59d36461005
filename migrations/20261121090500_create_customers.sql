-- Customers: who buys.

CREATE TABLE customers (
    tenant_id  uuid        NOT NULL CONSTRAINT customers_tenant_fkey REFERENCES tenants (id),
    id         uuid        NOT NULL,
    number     text        NOT NULL CONSTRAINT customers_number_length CHECK (char_length(number) BETWEEN 1 AND 32),
    name       text        NOT NULL CONSTRAINT customers_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    email      text        CONSTRAINT customers_email_length CHECK (char_length(email) BETWEEN 3 AND 254),
    country    text        NOT NULL CONSTRAINT customers_country_code CHECK (country ~ '^[A-Z]{2}$'),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT customers_number_key UNIQUE (tenant_id, number)
);
COMMENT ON TABLE customers IS 'People and companies that buy.';
COMMENT ON COLUMN customers.number IS 'How staff name a customer on paper; unique in the business.';
COMMENT ON COLUMN customers.country IS 'ISO 3166-1 alpha-2, or a user-assigned code (EU, XC, ZZ) of model::country.';
CALL protect_tenant_table('customers');
GRANT SELECT, INSERT, UPDATE, DELETE ON customers TO tradepost_app, tradepost_worker;
