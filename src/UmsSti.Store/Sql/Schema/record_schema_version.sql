INSERT INTO schema_versions (version, script, applied_at) VALUES (?1, ?2, ?3);
