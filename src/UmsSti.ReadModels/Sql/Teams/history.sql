SELECT at, position, event, from_state, to_state, actor, reason FROM team_state_history
WHERE team_id = ?1 AND (at, position) > (?2, ?3) ORDER BY at, position LIMIT ?4
