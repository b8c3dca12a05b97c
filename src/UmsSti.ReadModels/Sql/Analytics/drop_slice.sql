-- The largest of them; what is left, and the others, go with the tables.
DELETE FROM daily_active_users_g{g}
WHERE (day, user_id) <= (SELECT day, user_id FROM daily_active_users_g{g} ORDER BY day, user_id LIMIT 1 OFFSET ?1)
