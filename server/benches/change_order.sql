-- Some order of the whole year is touched, so that its day is restated and every figure kept in memory is read anew.
\set number random(0, 20000)
UPDATE orders SET updated_at = now() WHERE id = (SELECT id FROM orders ORDER BY id OFFSET :number LIMIT 1);
