SELECT user_id, team_id, permission FROM grants
WHERE is_dropped AND state IN ('active', 'suspended') AND (user_id, team_id, permission) > (?2, ?3, ?4)
ORDER BY user_id, team_id, permission LIMIT ?5
