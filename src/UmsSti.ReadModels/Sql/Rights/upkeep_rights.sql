SELECT kind, user_id, team_id, name, state, 0 FROM (
    SELECT 'grant' AS kind, g.user_id, g.team_id, g.permission AS name, g.state FROM principals p CROSS JOIN grants g ON g.user_id = p.id AND g.team_id > ''
        AND g.state IN ('active', 'suspended') WHERE p.state IN ('archived', 'purged')
    UNION
    SELECT 'role', a.user_id, a.team_id, substr(a.role_id, instr(a.role_id, '.') + 1), a.state FROM principals p CROSS JOIN role_assignments a ON a.user_id = p.id AND a.team_id > ''
        AND a.state IN ('active', 'inactive', 'suspended') WHERE p.state IN ('archived', 'purged')
    UNION
    SELECT 'grant' AS kind, g.user_id, g.team_id, g.permission AS name, g.state FROM team_states t CROSS JOIN grants g ON g.team_id = t.id AND g.team_id > ''
        AND g.state IN ('active', 'suspended') WHERE t.state IN ('archived', 'purged')
    UNION
    SELECT 'role', a.user_id, a.team_id, substr(a.role_id, instr(a.role_id, '.') + 1), a.state FROM team_states t CROSS JOIN role_assignments a ON a.team_id = t.id AND a.team_id > ''
        AND a.state IN ('active', 'inactive', 'suspended') WHERE t.state IN ('archived', 'purged'))
WHERE (user_id, team_id, name) > (?2, ?3, ?4) ORDER BY user_id, team_id, name LIMIT ?5
