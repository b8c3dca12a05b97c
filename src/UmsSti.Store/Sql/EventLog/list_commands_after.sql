SELECT key, id FROM commands WHERE id > ?1 ORDER BY id;
