-- Catalog: what is sold. What is priced, stocked and counted is always a variant; a simple product has exactly one.

CREATE TABLE categories (
    tenant_id  uuid        NOT NULL CONSTRAINT categories_tenant_fkey REFERENCES tenants (id),
    id         uuid        NOT NULL,
    parent_id  uuid,
    name       text        NOT NULL CONSTRAINT categories_name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    position   integer     NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    CONSTRAINT categories_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT categories_parent_fkey FOREIGN KEY (tenant_id, parent_id) REFERENCES categories (tenant_id, id),
    CONSTRAINT categories_not_own_parent CHECK (parent_id <> id),
    CONSTRAINT categories_name_key UNIQUE NULLS NOT DISTINCT (tenant_id, parent_id, name)
);
COMMENT ON TABLE categories IS 'A tree; the top has no parent.';
CALL protect_tenant_table('categories');
GRANT SELECT, INSERT, UPDATE, DELETE ON categories TO tradepost_app, tradepost_worker;

CREATE TABLE products (
    tenant_id   uuid        NOT NULL CONSTRAINT products_tenant_fkey REFERENCES tenants (id),
    id          uuid        NOT NULL,
    category_id uuid,
    kind        text        NOT NULL CONSTRAINT products_kind_known CHECK (kind IN ('goods', 'service')),
    status      text        NOT NULL CONSTRAINT products_status_known CHECK (status IN ('draft', 'active', 'archived')),
    name        text        NOT NULL CONSTRAINT products_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    description text        NOT NULL DEFAULT '',
    brand       text        NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT products_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT products_category_fkey FOREIGN KEY (tenant_id, category_id) REFERENCES categories (tenant_id, id)
);
COMMENT ON TABLE products IS 'What the business offers.';
COMMENT ON COLUMN products.kind IS 'goods are stocked; a service (postage, a fee, a manual entry) is charged and never stocked.';
CREATE INDEX products_category_idx ON products (tenant_id, category_id);
CALL protect_tenant_table('products');
GRANT SELECT, INSERT, UPDATE, DELETE ON products TO tradepost_app, tradepost_worker;

CREATE TABLE variants (
    tenant_id      uuid           NOT NULL,
    id             uuid           NOT NULL,
    product_id     uuid           NOT NULL,
    sku            text           NOT NULL CONSTRAINT variants_sku_length CHECK (char_length(sku) BETWEEN 1 AND 64),
    barcode        text,
    unit           text           NOT NULL DEFAULT 'piece',
    price          numeric(19, 4) NOT NULL CONSTRAINT variants_price_not_negative CHECK (price >= 0),
    cost           numeric(19, 4) CONSTRAINT variants_cost_not_negative CHECK (cost >= 0),
    lead_time_days integer        NOT NULL DEFAULT 0 CONSTRAINT variants_lead_time_not_negative CHECK (lead_time_days >= 0),
    safety_stock   numeric(14, 3) CONSTRAINT variants_safety_stock_not_negative CHECK (safety_stock >= 0),
    reorder_point  numeric(14, 3) CONSTRAINT variants_reorder_point_not_negative CHECK (reorder_point >= 0),
    tracks_batches boolean        NOT NULL DEFAULT false,
    tracks_expiry  boolean        NOT NULL DEFAULT false CONSTRAINT variants_expiry_needs_batches CHECK (tracks_batches OR NOT tracks_expiry),
    created_at     timestamptz    NOT NULL,
    updated_at     timestamptz    NOT NULL,
    CONSTRAINT variants_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT variants_product_fkey FOREIGN KEY (tenant_id, product_id) REFERENCES products (tenant_id, id),
    CONSTRAINT variants_sku_key UNIQUE (tenant_id, sku)
);
COMMENT ON TABLE variants IS 'What is priced, sold, stocked and counted.';
COMMENT ON COLUMN variants.price IS 'Base price per unit, net, in the tenant''s currency; up to four decimals, as suppliers quote them.';
COMMENT ON COLUMN variants.cost IS 'Last known cost per unit; NULL when unknown.';
COMMENT ON COLUMN variants.safety_stock IS 'In units.';
COMMENT ON COLUMN variants.reorder_point IS 'In units: below it the variant is low. NULL: not watched.';
CREATE UNIQUE INDEX variants_barcode_key ON variants (tenant_id, barcode) WHERE barcode IS NOT NULL;
CREATE INDEX variants_product_idx ON variants (tenant_id, product_id);
CALL protect_tenant_table('variants');
GRANT SELECT, INSERT, UPDATE, DELETE ON variants TO tradepost_app, tradepost_worker;
