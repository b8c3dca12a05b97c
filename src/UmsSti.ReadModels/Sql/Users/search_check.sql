INSERT INTO user_search_g{g} (user_search_g{g}, rank) VALUES ('integrity-check', 1)
