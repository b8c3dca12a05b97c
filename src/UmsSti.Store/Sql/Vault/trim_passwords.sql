-- Keeps the ?2 newest of a user.
DELETE FROM passwords
WHERE user_id = ?1 AND id NOT IN (SELECT id FROM passwords WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2);
