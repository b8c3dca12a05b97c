SELECT 'grant', user_id, team_id, permission, state, 0 FROM grants
WHERE state = 'requested' AND (given_at <= ?6 OR expires_at <= ?1) AND (user_id, team_id, permission) > (?2, ?3, ?4)
ORDER BY user_id, team_id, permission LIMIT ?5
