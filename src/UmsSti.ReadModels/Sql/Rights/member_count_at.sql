-- What the newest change of each person until then left him in.
SELECT COUNT(*) FROM (
    SELECT new_state, MAX(position) FROM rights_history
    WHERE team_id = ?1 AND kind = 'membership' AND at <= ?2 AND position <= ?3 GROUP BY user_id)
WHERE new_state = 'active'
