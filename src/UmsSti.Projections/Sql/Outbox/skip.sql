UPDATE outbox SET state = 'skipped', reason = $reason, changed_at = $now WHERE id = $id AND state IN ('pending', 'dead');
