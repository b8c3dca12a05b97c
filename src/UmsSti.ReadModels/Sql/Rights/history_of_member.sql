SELECT at, position, ordinal, kind, user_id, team_id, subject, action, old_role, new_role, old_state, new_state, actor, reason
FROM rights_history
WHERE user_id = ?1 AND (at, position, ordinal) > (?2, ?3, ?4) AND (?5 IS NULL OR kind = ?5) AND team_id = ?7 ORDER BY at, position, ordinal LIMIT ?6
