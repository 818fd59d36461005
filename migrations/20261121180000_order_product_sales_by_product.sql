-- A restatement looks for a few products in each month: with the channel before the product it had to go through the whole month for each.
ALTER TABLE rollup_product_sales
    DROP CONSTRAINT rollup_product_sales_pkey,
    ADD CONSTRAINT rollup_product_sales_pkey PRIMARY KEY (tenant_id, grain, starts_on, product_id, channel);
