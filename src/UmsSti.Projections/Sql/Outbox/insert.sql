INSERT INTO outbox (key, reactor, channel, kind, recipient, parameters, log, position, event_id, state, attempts, next_at, created_at, changed_at)
VALUES ($key, $reactor, $channel, $kind, $recipient, $parameters, $log, $position, $eventId, 'pending', 0, $due, $due, $now)
ON CONFLICT (key) DO NOTHING;
