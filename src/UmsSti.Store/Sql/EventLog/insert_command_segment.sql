INSERT INTO command_segments (segment, last_id, filter) VALUES (?1, ?2, ?3);
