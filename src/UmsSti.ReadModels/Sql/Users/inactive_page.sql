SELECT id, max(last_login_at, coalesce(activated_at, created_at)), last_login_at, pk FROM users
WHERE type = ?1 AND state = 'active' AND last_login_at < ?2 AND coalesce(activated_at, created_at) < ?2
    AND (last_login_at, pk) > (?3, ?4)
ORDER BY last_login_at, pk LIMIT ?5
