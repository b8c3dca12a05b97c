INSERT INTO passwords (user_id, phc, set_at) VALUES (?1, ?2, ?3);
