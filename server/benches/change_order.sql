-- Every line of some order of the whole year costs a penny more, so that its day is restated and every figure kept in memory is read anew.
\set number random(0, 20000)
WITH chosen AS (SELECT tenant_id, id FROM orders ORDER BY id OFFSET :number LIMIT 1), lines AS (
    UPDATE order_lines l SET net_amount = l.net_amount + 0.01
    FROM chosen c WHERE l.tenant_id = c.tenant_id AND l.order_id = c.id
    RETURNING l.id
)
UPDATE orders o SET net_amount = o.net_amount + (SELECT count(*) * 0.01 FROM lines), updated_at = now()
FROM chosen c WHERE o.tenant_id = c.tenant_id AND o.id = c.id;
