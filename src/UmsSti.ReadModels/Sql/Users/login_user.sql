UPDATE users_g{g} SET last_login_at = ?2 WHERE id = ?1 AND last_login_at < ?2
