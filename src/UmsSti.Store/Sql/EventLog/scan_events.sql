SELECT position, stream_id, version, event_id, type_id, schema_version, time, hash, data, meta
FROM events
ORDER BY position;
