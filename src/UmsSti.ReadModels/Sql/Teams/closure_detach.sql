DELETE FROM team_closure_g{g}
WHERE ancestor IN (SELECT ancestor FROM team_closure_g{g} WHERE descendant = ?1 AND depth > 0)
    AND descendant IN (SELECT descendant FROM team_closure_g{g} WHERE ancestor = ?1)
