{u}subject = ?7
