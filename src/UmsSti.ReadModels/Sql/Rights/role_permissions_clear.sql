DELETE FROM role_permissions_g{g} WHERE role_id = ?1
