SELECT reactor, position, event_id, event_type, error, failed_at, retry_count
FROM failed_reactor_events WHERE reactor = $reactor AND position = $position;
