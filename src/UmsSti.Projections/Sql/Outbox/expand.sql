INSERT INTO outbox (key, reactor, channel, kind, recipient, parameters, log, position, event_id, state, attempts, next_at, created_at, changed_at)
SELECT $key, reactor, channel, kind, $recipient, parameters, log, position, event_id, 'pending', 0, $now, $now, $now
FROM outbox WHERE id = $id
ON CONFLICT (key) DO NOTHING;
