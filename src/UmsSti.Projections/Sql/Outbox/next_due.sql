SELECT MIN(next_at) FROM outbox WHERE state = 'pending' AND channel = $channel;
