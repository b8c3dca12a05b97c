INSERT INTO subject_keys (subject, key_id, wrapped, created_at) VALUES (?1, ?2, ?3, ?4);
