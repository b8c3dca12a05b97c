DELETE FROM team_closure_g{g}
WHERE descendant IN (SELECT pk FROM teams_g{g} WHERE pk > ?1 AND pk <= ?2)
