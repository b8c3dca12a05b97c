SELECT id, key, reactor, channel, kind, recipient, parameters, log, position, event_id, state, attempts, next_at, created_at, changed_at, reason
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY recipient ORDER BY next_at, id) AS place
    FROM (
        SELECT * FROM outbox AS waiting
        WHERE state = 'pending' AND channel = $channel AND next_at <= $now
          AND NOT EXISTS (SELECT 1 FROM outbox AS busy WHERE busy.state = 'sending' AND busy.channel = waiting.channel AND busy.recipient = waiting.recipient)
        ORDER BY next_at, id LIMIT $window
    )
)
WHERE place = 1
ORDER BY next_at, id
LIMIT $limit;
