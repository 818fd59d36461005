-- Every line of some order of the year costs a penny more, so that its day is restated and every figure kept in memory is read anew.
\set day random(0, 373)
\set second random(28800, 64800)
WITH chosen AS (
    SELECT o.tenant_id, o.id
    FROM tenants t
    CROSS JOIN LATERAL (SELECT placed_at::date AS day FROM orders WHERE tenant_id = t.id ORDER BY placed_at DESC LIMIT 1) newest
    JOIN orders o ON o.tenant_id = t.id AND o.placed_at <= newest.day - :day + interval '1 second' * :second
    ORDER BY o.placed_at DESC
    LIMIT 1
), lines AS (
    UPDATE order_lines l SET net_amount = l.net_amount + 0.01
    FROM chosen c WHERE l.tenant_id = c.tenant_id AND l.order_id = c.id
    RETURNING l.id
)
UPDATE orders o SET net_amount = o.net_amount + (SELECT count(*) * 0.01 FROM lines), updated_at = now()
FROM chosen c WHERE o.tenant_id = c.tenant_id AND o.id = c.id;
