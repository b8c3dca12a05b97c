UPDATE daily_active_users_g{g} SET
    sessions = sessions + ?3, actions = actions + ?4, first_at = min(first_at, ?5), last_at = max(last_at, ?6)
WHERE day = ?1 AND user_id = ?2
