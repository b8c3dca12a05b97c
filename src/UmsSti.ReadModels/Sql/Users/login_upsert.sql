INSERT INTO user_logins_g{g} (user_id, last_login_at) VALUES (?1, ?2)
ON CONFLICT (user_id) DO UPDATE SET last_login_at = excluded.last_login_at WHERE excluded.last_login_at > last_login_at
