INSERT INTO analytics_invitations_g{g} (membership, role) VALUES (?1, ?2)
ON CONFLICT (membership) DO UPDATE SET role = excluded.role
