DROP TABLE IF EXISTS user_search_g{g};
DROP TABLE IF EXISTS user_search_backlog_g{g};
DROP TABLE IF EXISTS user_counts_g{g};
DROP TABLE IF EXISTS user_logins_g{g};
DROP TABLE IF EXISTS users_g{g};
