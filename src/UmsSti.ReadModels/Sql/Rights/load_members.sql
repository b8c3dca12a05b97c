SELECT user_id, team_id, state, role FROM members ORDER BY user_id
