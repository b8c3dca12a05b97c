SELECT r.id, p.permission, r.is_active FROM roles r LEFT JOIN role_permissions p ON p.role_id = r.id
