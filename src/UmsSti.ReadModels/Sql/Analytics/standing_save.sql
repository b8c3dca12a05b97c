INSERT INTO analytics_users_g{g} (user_id, user_type, sub_state, registered_at, activated_at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (user_id) DO UPDATE SET
    user_type = excluded.user_type, sub_state = excluded.sub_state,
    registered_at = excluded.registered_at, activated_at = excluded.activated_at
