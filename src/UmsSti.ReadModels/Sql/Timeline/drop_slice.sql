DELETE FROM user_timeline_g{g}
WHERE user_id <= (SELECT max(user_id) FROM (SELECT user_id FROM user_timeline_g{g} ORDER BY user_id LIMIT ?1))
