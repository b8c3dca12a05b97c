DELETE FROM team_closure_g{g} WHERE descendant = ?1
