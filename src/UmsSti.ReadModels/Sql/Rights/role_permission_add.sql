INSERT INTO role_permissions_g{g} (role_id, permission) VALUES (?1, ?2)
