SELECT id, key, reactor, channel, kind, recipient, parameters, log, position, event_id, state, attempts, next_at, created_at, changed_at, reason
FROM outbox
WHERE id < $before AND ($state IS NULL OR state = $state) AND ($kind IS NULL OR kind = $kind)
ORDER BY id DESC LIMIT $limit;
