INSERT INTO user_search_backlog_g{g} (pk, indexed_name, indexed_email, is_indexed) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (pk) DO NOTHING
