SELECT m.pk, m.team_id, m.user_id, m.role, m.previous_role, m.state, m.joined_at, m.left_at, m.added_by, m.invited_by, m.requested_at, m.expires_at, m.removed_by,
    m.removal_reason, m.role_changed_at, m.role_changed_by, m.updated_at, m.updated_by, m.version, m.position,
    u.name, u.email
FROM members m LEFT JOIN users u ON u.id = m.user_id
WHERE m.pk = ?1
