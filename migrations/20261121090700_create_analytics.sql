-- Analytics: rollups, restated a whole day at a time from the orders themselves, never added to.

CREATE TABLE dirty_days (
    id        bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT dirty_days_pkey PRIMARY KEY,
    tenant_id uuid   NOT NULL CONSTRAINT dirty_days_tenant_fkey REFERENCES tenants (id),
    day       date   NOT NULL
);
COMMENT ON TABLE dirty_days IS
    'Days whose rollups must be restated. Append-only marks without a unique key: writing one never waits for the restating task, and a
     mark that the task did not see yet survives it, so no change is ever lost.';
CREATE INDEX dirty_days_tenant_day_idx ON dirty_days (tenant_id, day);
CALL protect_tenant_table('dirty_days');
CREATE POLICY worker_overview ON dirty_days FOR SELECT TO tradepost_worker USING (true);
GRANT SELECT, INSERT ON dirty_days TO tradepost_app;
GRANT SELECT, INSERT, DELETE ON dirty_days TO tradepost_worker;

CREATE TABLE rollup_revisions (
    tenant_id   uuid        CONSTRAINT rollup_revisions_pkey PRIMARY KEY CONSTRAINT rollup_revisions_tenant_fkey REFERENCES tenants (id),
    revision    bigint      NOT NULL,
    restated_at timestamptz NOT NULL
);
COMMENT ON TABLE rollup_revisions IS 'Rises with every restatement: what was computed under the same revision is still true.';
CALL protect_tenant_table('rollup_revisions');
GRANT SELECT ON rollup_revisions TO tradepost_app;
GRANT SELECT, INSERT, UPDATE ON rollup_revisions TO tradepost_worker;

CREATE TABLE rollup_sales (
    tenant_id     uuid           NOT NULL CONSTRAINT rollup_sales_tenant_fkey REFERENCES tenants (id),
    day           date           NOT NULL,
    channel       text           NOT NULL,
    revenue       numeric(19, 4) NOT NULL,
    orders        bigint         NOT NULL,
    sales_amount  numeric(19, 4) NOT NULL,
    new_customers bigint         NOT NULL,
    CONSTRAINT rollup_sales_pkey PRIMARY KEY (tenant_id, day, channel)
);
COMMENT ON TABLE rollup_sales IS 'A day''s figures per channel.';
COMMENT ON COLUMN rollup_sales.revenue IS 'Net amounts of sales, returns and adjustments, each on its own day.';
COMMENT ON COLUMN rollup_sales.orders IS 'Number of sales.';
COMMENT ON COLUMN rollup_sales.sales_amount IS 'Net amount of the sales alone: what the average order value divides.';
COMMENT ON COLUMN rollup_sales.new_customers IS 'Customers whose first sale ever was on this day, under the channel of that sale.';
CALL protect_tenant_table('rollup_sales');

CREATE TABLE rollup_country_sales (
    tenant_id uuid           NOT NULL CONSTRAINT rollup_country_sales_tenant_fkey REFERENCES tenants (id),
    day       date           NOT NULL,
    channel   text           NOT NULL,
    country   text           NOT NULL,
    revenue   numeric(19, 4) NOT NULL,
    orders    bigint         NOT NULL,
    CONSTRAINT rollup_country_sales_pkey PRIMARY KEY (tenant_id, day, channel, country)
);
COMMENT ON TABLE rollup_country_sales IS 'A day''s figures per channel and country.';
CALL protect_tenant_table('rollup_country_sales');

CREATE TABLE rollup_product_sales (
    tenant_id  uuid           NOT NULL CONSTRAINT rollup_product_sales_tenant_fkey REFERENCES tenants (id),
    grain      text           NOT NULL CONSTRAINT rollup_product_sales_grain_known CHECK (grain IN ('day', 'month')),
    starts_on  date           NOT NULL,
    channel    text           NOT NULL,
    product_id uuid           NOT NULL,
    revenue    numeric(19, 4) NOT NULL,
    units      numeric(18, 3) NOT NULL,
    CONSTRAINT rollup_product_sales_pkey PRIMARY KEY (tenant_id, grain, starts_on, channel, product_id)
);
COMMENT ON TABLE rollup_product_sales IS
    'Figures per channel and product, of days and, summed from those, of calendar months: a year is read as eleven months and the days at its
     ends. Categories are derived from the products when asked, so moving a product moves its past with it.';
CALL protect_tenant_table('rollup_product_sales');
GRANT SELECT ON rollup_sales, rollup_country_sales, rollup_product_sales TO tradepost_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON rollup_sales, rollup_country_sales, rollup_product_sales TO tradepost_worker;

CREATE FUNCTION counts_as_revenue(order_status text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN order_status IN ('paid', 'fulfilling', 'shipped', 'delivered', 'partially_refunded', 'refunded');
COMMENT ON FUNCTION counts_as_revenue(text) IS 'The same rule as Status::counts_as_revenue of the model; a test compares the two.';

-- A change to an order marks its day in the same transaction, whichever code made the change.
-- Statement-level with transition tables: one insert for a statement of one row or of half a million.
CREATE FUNCTION mark_order_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A customer counts as new on the day of the first sale, so orders of one customer bear on each other's days: they take
    -- turns here, and whoever comes second sees (in the next statement) what the first one committed.
    PERFORM FROM customers c
    WHERE (c.tenant_id, c.id) IN (SELECT tenant_id, customer_id FROM changed_orders WHERE customer_id IS NOT NULL)
    ORDER BY c.id
    FOR NO KEY UPDATE;

    INSERT INTO dirty_days (tenant_id, day)
    SELECT tenant_id, business_day FROM changed_orders
    UNION
    -- The first day among the customer's other sales: it loses the "new" to an earlier sale that comes, and gets it back
    -- from one that goes.
    SELECT customer.tenant_id, first_other.business_day
    FROM (SELECT tenant_id, customer_id, array_agg(id) AS changed FROM changed_orders
          WHERE customer_id IS NOT NULL GROUP BY tenant_id, customer_id) customer
    CROSS JOIN LATERAL (
        SELECT o.business_day FROM orders o
        WHERE o.tenant_id = customer.tenant_id AND o.customer_id = customer.customer_id
          AND o.kind = 'sale' AND counts_as_revenue(o.status)
          AND o.id <> ALL (customer.changed)
        ORDER BY o.business_day LIMIT 1
    ) first_other;
    RETURN NULL;
END $$;
CREATE TRIGGER mark_days_of_new_orders AFTER INSERT ON orders
    REFERENCING NEW TABLE AS changed_orders FOR EACH STATEMENT EXECUTE FUNCTION mark_order_days();
CREATE TRIGGER mark_days_of_deleted_orders AFTER DELETE ON orders
    REFERENCING OLD TABLE AS changed_orders FOR EACH STATEMENT EXECUTE FUNCTION mark_order_days();
-- Two triggers for an update: the day that the order leaves, and the day that it comes to.
CREATE TRIGGER mark_days_before_update AFTER UPDATE ON orders
    REFERENCING OLD TABLE AS changed_orders FOR EACH STATEMENT EXECUTE FUNCTION mark_order_days();
CREATE TRIGGER mark_days_after_update AFTER UPDATE ON orders
    REFERENCING NEW TABLE AS changed_orders FOR EACH STATEMENT EXECUTE FUNCTION mark_order_days();

CREATE FUNCTION mark_order_line_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dirty_days (tenant_id, day)
    SELECT DISTINCT o.tenant_id, o.business_day
    FROM (SELECT DISTINCT tenant_id, order_id FROM changed_lines) line
    JOIN orders o ON o.tenant_id = line.tenant_id AND o.id = line.order_id;
    RETURN NULL;
END $$;
CREATE TRIGGER mark_days_of_new_lines AFTER INSERT ON order_lines
    REFERENCING NEW TABLE AS changed_lines FOR EACH STATEMENT EXECUTE FUNCTION mark_order_line_days();
CREATE TRIGGER mark_days_of_deleted_lines AFTER DELETE ON order_lines
    REFERENCING OLD TABLE AS changed_lines FOR EACH STATEMENT EXECUTE FUNCTION mark_order_line_days();
CREATE TRIGGER mark_days_before_line_update AFTER UPDATE ON order_lines
    REFERENCING OLD TABLE AS changed_lines FOR EACH STATEMENT EXECUTE FUNCTION mark_order_line_days();
CREATE TRIGGER mark_days_after_line_update AFTER UPDATE ON order_lines
    REFERENCING NEW TABLE AS changed_lines FOR EACH STATEMENT EXECUTE FUNCTION mark_order_line_days();
