SELECT max(pk) FROM (SELECT pk FROM users_g{g} WHERE pk > ?1 ORDER BY pk LIMIT ?2)
