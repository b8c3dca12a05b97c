SELECT max(pk) FROM (SELECT pk FROM teams_g{g} WHERE pk > ?1 ORDER BY pk LIMIT ?2)
