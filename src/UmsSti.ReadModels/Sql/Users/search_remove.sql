INSERT INTO user_search_g{g} (user_search_g{g}, rowid, name, email) VALUES ('delete', ?1, ?2, ?3)
