SELECT count(*) FROM user_timeline WHERE user_id = ?1
