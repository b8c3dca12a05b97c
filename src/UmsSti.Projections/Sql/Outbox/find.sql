SELECT id, key, reactor, channel, kind, recipient, parameters, log, position, event_id, state, attempts, next_at, created_at, changed_at, reason
FROM outbox WHERE id = $id;
