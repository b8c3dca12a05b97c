INSERT INTO events (position, stream_id, version, event_id, type_id, schema_version, time, hash, data, meta)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);
