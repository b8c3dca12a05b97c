INSERT INTO subject_keys (subject, key_id, wrapped, created_at, destroyed_at) VALUES (?1, ?2, NULL, ?3, ?3)
ON CONFLICT (subject) DO UPDATE SET wrapped = NULL, destroyed_at = coalesce(destroyed_at, excluded.destroyed_at);
