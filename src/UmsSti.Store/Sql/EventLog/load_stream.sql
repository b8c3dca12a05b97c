SELECT position, stream_id, version, event_id, type_id, schema_version, time, hash, data, meta
FROM events
WHERE stream_id = (SELECT id FROM streams WHERE name = ?1) AND version >= ?2
ORDER BY version;
