INSERT INTO user_search_g{g} (rowid, name, email)
SELECT u.pk, u.name, u.email FROM user_search_backlog_g{g} b CROSS JOIN users_g{g} u ON u.pk = b.pk ORDER BY b.pk
