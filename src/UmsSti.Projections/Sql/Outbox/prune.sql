DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox WHERE state IN ('delivered', 'cancelled', 'skipped') AND changed_at < $before ORDER BY changed_at LIMIT $limit);
