INSERT INTO user_search_g{g} (rowid, name, email)
SELECT pk, name, email FROM users_g{g} WHERE pk > ?1 AND pk <= ?2 ORDER BY pk
