{u}user_id = ?6
