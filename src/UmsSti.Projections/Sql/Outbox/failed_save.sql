INSERT INTO failed_reactor_events (reactor, position, event_id, event_type, error, failed_at, retry_count)
VALUES ($reactor, $position, $eventId, $eventType, $error, $now, 0)
ON CONFLICT (reactor, position) DO UPDATE SET error = excluded.error, failed_at = excluded.failed_at, retry_count = retry_count + 1;
