SELECT 'grant', g.user_id, g.team_id, g.permission, g.state, 0 FROM grants g
WHERE g.is_dropped AND g.state IN ('active', 'suspended') AND (g.user_id, g.team_id, g.permission) > (?2, ?3, ?4)
    AND EXISTS (SELECT 1 FROM principals p WHERE p.id = g.user_id AND p.state NOT IN ('archived', 'purged'))
ORDER BY g.user_id, g.team_id, g.permission LIMIT ?5
