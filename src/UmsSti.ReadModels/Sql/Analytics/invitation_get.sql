SELECT role FROM analytics_invitations_g{g} WHERE membership = ?1
