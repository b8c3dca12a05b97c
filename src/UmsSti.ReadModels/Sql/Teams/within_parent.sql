t.parent_id = ?6 AND (?4 IS NULL OR t.type = ?4) AND (?5 IS NULL OR t.state = ?5)
