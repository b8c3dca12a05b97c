INSERT INTO user_timeline_g{g} (user_id, at, log, position, kind, type, actor, detail)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING
