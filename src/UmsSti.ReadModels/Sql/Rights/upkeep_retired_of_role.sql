SELECT 'role', a.user_id, a.team_id, r.name, a.state, 0 FROM roles r CROSS JOIN role_assignments a ON a.role_id = r.id AND a.state IN ('active', 'inactive', 'suspended')
WHERE r.id = ?1 AND NOT r.is_active AND (a.user_id, a.team_id, r.name) > (?2, ?3, ?4)
    AND (a.team_id > '' OR EXISTS (SELECT 1 FROM principals p WHERE p.id = a.user_id AND p.state NOT IN ('archived', 'purged')))
ORDER BY a.user_id, a.team_id, r.name LIMIT ?5
