namespace UmsSti.ReadModels.Users;

/// <summary>
/// A user's row while events are applied to it. Remembers which columns were touched, so that writing it back touches
/// no index that need not move.
/// </summary>
public sealed class UserDraft
{
    [Flags]
    internal enum Parts
    {
        None = 0,
        Details = 1,
        Name = 2,
        State = 4,
        Email = 8,
        Created = 16,
    }

    private TextMap _profile = TextMap.Empty;
    private TextMap _preferences = TextMap.Empty;

    internal UserDraft(long key, string id) => (Key, Id) = (key, id);

    /// <summary>Log position of the registration; orders users of equal sort keys.</summary>
    public long Key { get; }

    public string Id { get; }

    public string Type { get; set => Set(ref field, value, Parts.State); } = "";
    public string State { get; set => Set(ref field, value, Parts.State); } = "";
    public string SubState { get; set => Set(ref field, value, Parts.State); } = "";

    /// <summary>Null when it was erased.</summary>
    public string? Email { get; set => Set(ref field, value, Parts.State | Parts.Email); }

    /// <summary>The normalised address, by which it is found; null when it was erased.</summary>
    public string? EmailKey { get; set => Set(ref field, value == Email ? Email : value, Parts.State | Parts.Email); }

    public bool EmailVerified { get; set => Set(ref field, value, Parts.State); }
    public DateTimeOffset? EmailVerifiedAt { get; set => Set(ref field, value, Parts.State); }

    /// <summary>Null when it was erased.</summary>
    public string? Name { get; set => Set(ref field, value, Parts.Name); }

    public string? ActiveTeamId { get; set => Set(ref field, value, Parts.Details); }
    public DateTimeOffset CreatedAt { get; set => Set(ref field, value, Parts.Created); }
    public string CreatedBy { get; set => Set(ref field, TextPool.Of(value), Parts.Created); } = "";
    public DateTimeOffset UpdatedAt { get; set => Set(ref field, value, Parts.Details); }
    public string UpdatedBy { get; set => Set(ref field, TextPool.Of(value), Parts.Details); } = "";
    public DateTimeOffset? ActivatedAt { get; set => Set(ref field, value, Parts.State); }
    public string? ActivatedBy { get; set => Set(ref field, TextPool.OfOrNull(value), Parts.State); }
    public DateTimeOffset? DeactivatedAt { get; set => Set(ref field, value, Parts.State); }
    public string? DeactivatedBy { get; set => Set(ref field, TextPool.OfOrNull(value), Parts.State); }
    public string? DeactivationReason { get; set => Set(ref field, value, Parts.State); }
    public DateTimeOffset? SuspendedUntil { get; set => Set(ref field, value, Parts.State); }

    /// <summary>Profile fields by name.</summary>
    public TextMap Profile { get => _profile; set => Set(ref _profile, value, Parts.Details); }

    /// <summary>Preferences by key.</summary>
    public TextMap Preferences { get => _preferences; set => Set(ref _preferences, value, Parts.Details); }

    /// <summary>Events of the stream that are in the row. Set with every event.</summary>
    public long Version { get; set => Set(ref field, value, Parts.Details); }

    /// <summary>Log position of the last event.</summary>
    public long Position { get; set => Set(ref field, value, Parts.Details); }

    internal Parts Changed { get; private set; }

    // As they are in the tables, for what must be taken back: counts, the address, the full text.
    internal (string Type, string State)? StoredKind { get; private set; }
    internal string? StoredEmailKey { get; private set; }
    internal string? StoredName { get; private set; }
    internal string? StoredEmail { get; private set; }

    internal bool IsNew => StoredKind is null;

    /// <summary>What it holds is in the tables now.</summary>
    internal void MarkStored()
    {
        StoredKind = (Type, State);
        StoredEmailKey = EmailKey;
        StoredName = Name;
        StoredEmail = Email;
        Changed = Parts.None;
    }

    /// <summary>Goes on where a draft that was put aside stood: what is changed in it, and what the tables hold of it (null: nothing).</summary>
    internal void GoOn(Parts changed, (string Type, string State)? storedKind, string? storedEmailKey) =>
        (Changed, StoredKind, StoredEmailKey) = (changed, storedKind, storedEmailKey);

    private void Set<T>(ref T place, T value, Parts parts)
    {
        if (EqualityComparer<T>.Default.Equals(place, value))
            return;
        place = value;
        Changed |= parts;
    }
}
