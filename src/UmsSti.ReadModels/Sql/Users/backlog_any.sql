SELECT EXISTS (SELECT 1 FROM user_search_backlog)
