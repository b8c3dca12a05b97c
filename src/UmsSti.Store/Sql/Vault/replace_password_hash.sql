-- Another hash of the same password; nothing when the password was changed meanwhile.
UPDATE passwords SET phc = ?3
WHERE id = (SELECT id FROM passwords WHERE user_id = ?1 ORDER BY id DESC LIMIT 1) AND phc = ?2;
