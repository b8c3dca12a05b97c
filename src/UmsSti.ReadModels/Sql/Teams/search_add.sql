INSERT INTO team_search_g{g} (rowid, name, slug) VALUES (?1, ?2, ?3)
