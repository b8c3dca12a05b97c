SELECT COUNT(*) FROM outbox WHERE state = 'sending' OR (state = 'pending' AND next_at <= $now);
