SELECT 'membership', user_id, team_id, '', state, 0 FROM members
WHERE state = 'invited' AND expires_at <= ?1 AND (user_id, team_id) > (?2, ?3) ORDER BY user_id, team_id LIMIT ?5
