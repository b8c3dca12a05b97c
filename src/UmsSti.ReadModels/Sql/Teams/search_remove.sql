INSERT INTO team_search_g{g} (team_search_g{g}, rowid, name, slug) VALUES ('delete', ?1, ?2, ?3)
