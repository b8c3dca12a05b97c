SELECT at, log, position, kind, type, actor, detail FROM user_timeline
WHERE user_id = ?1 AND (at, log, position) > (?2, ?3, ?4) ORDER BY at, log, position LIMIT ?5
