UPDATE outbox SET state = $state, attempts = $attempts, next_at = $nextAt, reason = $reason, changed_at = $now WHERE id = $id AND state = 'sending';
