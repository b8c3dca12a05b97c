SELECT reactor, position, event_id, event_type, error, failed_at, retry_count
FROM failed_reactor_events ORDER BY reactor, position LIMIT $limit;
