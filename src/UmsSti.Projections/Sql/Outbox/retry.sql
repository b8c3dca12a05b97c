UPDATE outbox SET state = 'pending', attempts = 0, next_at = $now, changed_at = $now
WHERE id = $id AND state IN ('pending', 'dead', 'cancelled', 'skipped');
