SELECT 'membership', m.user_id, m.team_id, '', m.state, p.state = 'purged' FROM principals p CROSS JOIN members m ON m.user_id = p.id
    AND (m.state IN ('active', 'invited', 'requested') OR (p.state = 'purged' AND m.state IN ('inactive', 'suspended')))
WHERE p.id = ?1 AND p.state IN ('archived', 'purged') AND (m.user_id, m.team_id) > (?2, ?3) ORDER BY m.team_id LIMIT ?5
