INSERT INTO team_closure_g{g} (ancestor, descendant, depth) VALUES (?1, ?1, 0)
