SELECT user_type, sub_state, registered_at, activated_at FROM analytics_users_g{g} WHERE user_id = ?1
