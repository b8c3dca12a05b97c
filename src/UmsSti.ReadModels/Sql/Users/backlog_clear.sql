DELETE FROM user_search_backlog_g{g}
