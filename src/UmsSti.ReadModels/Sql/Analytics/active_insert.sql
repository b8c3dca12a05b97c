INSERT INTO daily_active_users_g{g} (day, user_id, sessions, actions, first_at, last_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING
