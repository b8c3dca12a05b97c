INSERT INTO models (name, layout, active, building) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (name) DO UPDATE SET layout = excluded.layout, active = excluded.active, building = excluded.building
