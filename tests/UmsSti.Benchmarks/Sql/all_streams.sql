SELECT id, name FROM streams ORDER BY id;
