DELETE FROM teams_g{g} WHERE pk IN (SELECT pk FROM teams_g{g} ORDER BY pk LIMIT ?1)
