-- Segments that were begun before a restart are begun again.
INSERT OR IGNORE INTO command_keys (segment, key, id) VALUES (?1, ?2, ?3);
