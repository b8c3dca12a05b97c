DELETE FROM members_g{g} WHERE pk IN (SELECT pk FROM members_g{g} ORDER BY pk LIMIT ?1)
