SELECT id, key, reactor, channel, kind, recipient, parameters, log, position, event_id, state, attempts, next_at, created_at, changed_at, reason, MIN(next_at)
FROM (
    SELECT * FROM outbox AS waiting
    WHERE state = 'pending' AND channel = $channel AND next_at <= $now
      AND NOT EXISTS (SELECT 1 FROM outbox AS busy WHERE busy.state = 'sending' AND busy.channel = waiting.channel AND busy.recipient = waiting.recipient)
    ORDER BY next_at, id LIMIT $window
)
GROUP BY recipient
ORDER BY next_at, id
LIMIT $limit;
