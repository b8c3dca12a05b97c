SELECT EXISTS (SELECT 1 FROM team_closure_g{g} WHERE ancestor = ?1 AND descendant <> ?1)
