INSERT INTO dues_g{g} (kind, id, due_at) VALUES (?1, ?2, ?3) ON CONFLICT (kind, id) DO UPDATE SET due_at = excluded.due_at
