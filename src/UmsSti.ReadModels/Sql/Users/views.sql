-- Queries speak to these names: a swap is one transaction, and a query sees one generation from beginning to end.
DROP VIEW IF EXISTS users;
DROP VIEW IF EXISTS user_logins;
DROP VIEW IF EXISTS user_teams;
DROP VIEW IF EXISTS user_counts;
DROP VIEW IF EXISTS user_search;
DROP VIEW IF EXISTS user_search_backlog;
CREATE VIEW users AS SELECT * FROM users_g{g};
CREATE VIEW user_logins AS SELECT * FROM user_logins_g{g};
CREATE VIEW user_counts AS SELECT * FROM user_counts_g{g};
CREATE VIEW user_search AS SELECT rowid AS pk, user_search_g{g} AS terms FROM user_search_g{g};
CREATE VIEW user_search_backlog AS SELECT * FROM user_search_backlog_g{g};
