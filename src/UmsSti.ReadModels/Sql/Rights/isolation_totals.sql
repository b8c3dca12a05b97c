SELECT
    (SELECT count(*) FROM team_states),
    (SELECT sum(n) FROM principal_counts),
    (SELECT sum(n) FROM principal_counts WHERE type = 'system'),
    (SELECT sum(n) FROM member_counts WHERE state = 'active'),
    (SELECT count(*) FROM (SELECT user_id FROM members WHERE state = 'active' GROUP BY user_id HAVING count(*) > 1)),
    (SELECT count(*) FROM team_states t WHERE NOT EXISTS (
        SELECT 1 FROM member_counts c WHERE c.team_id = t.id AND c.state = 'active' AND c.n > 0))
