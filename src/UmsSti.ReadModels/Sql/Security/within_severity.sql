{u}severity = ?8
