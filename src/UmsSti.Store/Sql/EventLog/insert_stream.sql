INSERT INTO streams (id, name) VALUES (?1, ?2);
