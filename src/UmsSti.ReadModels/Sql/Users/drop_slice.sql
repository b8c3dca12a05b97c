DELETE FROM users_g{g} WHERE pk IN (SELECT pk FROM users_g{g} ORDER BY pk LIMIT ?1)
