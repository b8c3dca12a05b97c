SELECT phc FROM passwords WHERE user_id = ?1 ORDER BY id DESC;
