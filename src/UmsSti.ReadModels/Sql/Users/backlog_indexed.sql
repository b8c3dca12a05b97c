SELECT pk, indexed_name, indexed_email FROM user_search_backlog_g{g} WHERE is_indexed ORDER BY pk
