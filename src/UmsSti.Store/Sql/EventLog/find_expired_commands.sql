-- The id up to which the oldest rows (at most ?2 of them) are older than ?1; NULL when the oldest is still wanted.
WITH oldest AS (SELECT id, at FROM commands ORDER BY id LIMIT ?2)
SELECT max(id) FROM oldest WHERE id < coalesce((SELECT min(id) FROM oldest WHERE at >= ?1), 9223372036854775807);
