-- Inventory: where stock is and how it came to be there.

CREATE TABLE locations (
    tenant_id  uuid        NOT NULL CONSTRAINT locations_tenant_fkey REFERENCES tenants (id),
    id         uuid        NOT NULL,
    name       text        NOT NULL CONSTRAINT locations_name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    created_at timestamptz NOT NULL,
    CONSTRAINT locations_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT locations_name_key UNIQUE (tenant_id, name)
);
COMMENT ON TABLE locations IS 'Places that hold stock: warehouses, shops, vans.';
CALL protect_tenant_table('locations');
GRANT SELECT, INSERT, UPDATE, DELETE ON locations TO tradepost_app, tradepost_worker;

CREATE TABLE batches (
    tenant_id  uuid        NOT NULL,
    id         uuid        NOT NULL,
    variant_id uuid        NOT NULL,
    lot_number text        NOT NULL CONSTRAINT batches_lot_number_length CHECK (char_length(lot_number) BETWEEN 1 AND 64),
    expires_on date,
    unit_cost  numeric(19, 4) CONSTRAINT batches_unit_cost_not_negative CHECK (unit_cost >= 0),
    created_at timestamptz NOT NULL,
    CONSTRAINT batches_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT batches_variant_fkey FOREIGN KEY (tenant_id, variant_id) REFERENCES variants (tenant_id, id),
    CONSTRAINT batches_lot_number_key UNIQUE (tenant_id, variant_id, lot_number),
    -- Lets a stock level prove that its batch is one of its variant.
    CONSTRAINT batches_variant_key UNIQUE (tenant_id, variant_id, id)
);
COMMENT ON TABLE batches IS 'Lots of one variant that arrived together.';
COMMENT ON COLUMN batches.expires_on IS 'Last day on which it may be sold, in the tenant''s time zone.';
CALL protect_tenant_table('batches');
GRANT SELECT, INSERT, UPDATE, DELETE ON batches TO tradepost_app, tradepost_worker;

CREATE TABLE stock_levels (
    tenant_id   uuid           NOT NULL,
    location_id uuid           NOT NULL,
    variant_id  uuid           NOT NULL,
    batch_id    uuid,
    on_hand     numeric(14, 3) NOT NULL,
    reserved    numeric(14, 3) NOT NULL DEFAULT 0,
    CONSTRAINT stock_levels_key UNIQUE NULLS NOT DISTINCT (tenant_id, variant_id, location_id, batch_id),
    CONSTRAINT stock_levels_location_fkey FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id),
    CONSTRAINT stock_levels_variant_fkey FOREIGN KEY (tenant_id, variant_id) REFERENCES variants (tenant_id, id),
    CONSTRAINT stock_levels_batch_fkey FOREIGN KEY (tenant_id, variant_id, batch_id) REFERENCES batches (tenant_id, variant_id, id),
    CONSTRAINT stock_levels_reserved_within_on_hand CHECK (0 <= reserved AND reserved <= on_hand)
);
COMMENT ON TABLE stock_levels IS 'How much of a variant is at a location, per batch where batches are tracked.';
COMMENT ON COLUMN stock_levels.reserved IS 'Part of on_hand that is promised to orders.';
CALL protect_tenant_table('stock_levels');
GRANT SELECT, INSERT, UPDATE, DELETE ON stock_levels TO tradepost_app, tradepost_worker;

CREATE TABLE stock_movements (
    tenant_id     uuid           NOT NULL,
    id            uuid           NOT NULL,
    location_id   uuid           NOT NULL,
    variant_id    uuid           NOT NULL,
    batch_id      uuid,
    reason        text           NOT NULL CONSTRAINT stock_movements_reason_known
                                 CHECK (reason IN ('opening', 'write_off', 'found', 'stocktake')),
    quantity      numeric(14, 3) NOT NULL CONSTRAINT stock_movements_quantity_not_zero CHECK (quantity <> 0),
    on_hand_after numeric(14, 3) NOT NULL CONSTRAINT stock_movements_on_hand_not_negative CHECK (on_hand_after >= 0),
    reference     text           NOT NULL DEFAULT '',
    note          text           NOT NULL DEFAULT '',
    actor         text           NOT NULL,
    occurred_at   timestamptz    NOT NULL,
    CONSTRAINT stock_movements_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT stock_movements_location_fkey FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id),
    CONSTRAINT stock_movements_variant_fkey FOREIGN KEY (tenant_id, variant_id) REFERENCES variants (tenant_id, id),
    CONSTRAINT stock_movements_batch_fkey FOREIGN KEY (tenant_id, variant_id, batch_id) REFERENCES batches (tenant_id, variant_id, id)
);
COMMENT ON TABLE stock_movements IS 'Why stock is what it is: append-only, and the sum of a level''s movements is the level.';
COMMENT ON COLUMN stock_movements.quantity IS 'What was added (positive) or taken (negative).';
COMMENT ON COLUMN stock_movements.reference IS 'The paper behind it: a document''s number.';
CREATE INDEX stock_movements_variant_idx ON stock_movements (tenant_id, variant_id, occurred_at);
CALL protect_tenant_table('stock_movements');
GRANT SELECT, INSERT ON stock_movements TO tradepost_app, tradepost_worker;
