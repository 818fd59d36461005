-- Orders: what was sold, to whom, for how much.

CREATE TABLE orders (
    tenant_id    uuid           NOT NULL,
    id           uuid           NOT NULL,
    number       text           NOT NULL CONSTRAINT orders_number_length CHECK (char_length(number) BETWEEN 1 AND 32),
    kind         text           NOT NULL CONSTRAINT orders_kind_known CHECK (kind IN ('sale', 'return', 'adjustment')),
    status       text           NOT NULL CONSTRAINT orders_status_known
                                CHECK (status IN ('draft', 'placed', 'paid', 'fulfilling', 'shipped', 'delivered',
                                                  'failed', 'cancelled', 'partially_refunded', 'refunded')),
    channel      text           NOT NULL CONSTRAINT orders_channel_known CHECK (channel IN ('web', 'store', 'wholesale', 'marketplace')),
    customer_id  uuid,
    country      text           NOT NULL CONSTRAINT orders_country_code CHECK (country ~ '^[A-Z]{2}$'),
    currency     text           NOT NULL,
    net_amount   numeric(19, 4) NOT NULL,
    tax_amount   numeric(19, 4) NOT NULL,
    gross_amount numeric(19, 4) NOT NULL GENERATED ALWAYS AS (net_amount + tax_amount) STORED,
    placed_at    timestamptz    NOT NULL,
    business_day date           NOT NULL,
    returns_order_id uuid,
    created_at   timestamptz    NOT NULL,
    updated_at   timestamptz    NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT orders_number_key UNIQUE (tenant_id, number),
    -- Rollups add amounts up, so all of them are in the business's currency.
    CONSTRAINT orders_tenant_currency_fkey FOREIGN KEY (tenant_id, currency) REFERENCES tenants (id, currency),
    CONSTRAINT orders_customer_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
    CONSTRAINT orders_returns_order_fkey FOREIGN KEY (tenant_id, returns_order_id) REFERENCES orders (tenant_id, id),
    CONSTRAINT orders_only_returns_return CHECK (returns_order_id IS NULL OR kind = 'return')
);
COMMENT ON TABLE orders IS 'Sales, returns and money adjustments, one row a document.';
COMMENT ON COLUMN orders.kind IS 'sale; return (negative amounts, goods come back); adjustment (money only, such as a bad debt).';
COMMENT ON COLUMN orders.net_amount IS 'Sum of the lines'' net amounts, always.';
COMMENT ON COLUMN orders.business_day IS
    'The day of placed_at in the tenant''s time zone when it was placed: what reports count it under, even if the zone is changed later.';
COMMENT ON COLUMN orders.returns_order_id IS 'The one sale that this return reverses; NULL when its lines come from several or the sale is unknown.';
CREATE INDEX orders_placed_at_idx ON orders (tenant_id, placed_at DESC, id DESC);
CREATE INDEX orders_channel_placed_at_idx ON orders (tenant_id, channel, placed_at DESC, id DESC);
CREATE INDEX orders_business_day_idx ON orders (tenant_id, business_day);
CREATE INDEX orders_customer_day_idx ON orders (tenant_id, customer_id, business_day) WHERE customer_id IS NOT NULL;
CALL protect_tenant_table('orders');
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO tradepost_app, tradepost_worker;

CREATE TABLE order_lines (
    tenant_id       uuid           NOT NULL,
    id              uuid           NOT NULL,
    order_id        uuid           NOT NULL,
    position        integer        NOT NULL,
    variant_id      uuid           NOT NULL,
    description     text           NOT NULL,
    quantity        numeric(14, 3) NOT NULL CONSTRAINT order_lines_quantity_not_zero CHECK (quantity <> 0),
    unit_price      numeric(19, 4) NOT NULL,
    net_amount      numeric(19, 4) NOT NULL,
    tax_rate        numeric(6, 4)  NOT NULL DEFAULT 0,
    tax_amount      numeric(19, 4) NOT NULL DEFAULT 0,
    returns_line_id uuid,
    CONSTRAINT order_lines_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT order_lines_position_key UNIQUE (tenant_id, order_id, position),
    CONSTRAINT order_lines_order_fkey FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT order_lines_variant_fkey FOREIGN KEY (tenant_id, variant_id) REFERENCES variants (tenant_id, id),
    CONSTRAINT order_lines_returns_line_fkey FOREIGN KEY (tenant_id, returns_line_id) REFERENCES order_lines (tenant_id, id)
);
COMMENT ON TABLE order_lines IS 'What an order is made of. Amounts are of the whole line, in the order''s currency.';
COMMENT ON COLUMN order_lines.description IS 'What the product was called on the document.';
COMMENT ON COLUMN order_lines.quantity IS 'Negative on a return.';
COMMENT ON COLUMN order_lines.unit_price IS 'Net; keeps the decimals it was quoted with.';
COMMENT ON COLUMN order_lines.returns_line_id IS 'On a return: the line of a sale that this one reverses, where it is known.';
CREATE INDEX order_lines_variant_idx ON order_lines (tenant_id, variant_id);
CALL protect_tenant_table('order_lines');
GRANT SELECT, INSERT, UPDATE, DELETE ON order_lines TO tradepost_app, tradepost_worker;
