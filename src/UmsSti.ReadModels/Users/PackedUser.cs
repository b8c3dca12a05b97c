namespace UmsSti.ReadModels.Users;

/// <summary>The bytes of one waiting row. Never stored: nobody reads what another program wrote.</summary>
internal static class PackedUser
{
    /// <summary>Bytes of everything that is no text, at most.</summary>
    private const int FixedBytes = 256;

    /// <summary>Arrays grow in steps of so many bytes, so that a row that grows a little stays where it is.</summary>
    private const int Step = 32;

    /// <summary>How long an array for so many bytes is made.</summary>
    public static int Room(int bytes) => (bytes + Step) / Step * Step;

    /// <summary>Bytes a draft may take at most.</summary>
    public static int MostBytes(UserDraft draft) => FixedBytes + MostOf(draft.Profile) + MostOf(draft.Preferences)
        + PackedWriter.MostBytes(draft.Type) + PackedWriter.MostBytes(draft.State) + PackedWriter.MostBytes(draft.SubState)
        + PackedWriter.MostBytes(draft.Email) + PackedWriter.MostBytes(draft.EmailKey) + PackedWriter.MostBytes(draft.Name)
        + PackedWriter.MostBytes(draft.ActiveTeamId) + PackedWriter.MostBytes(draft.CreatedBy) + PackedWriter.MostBytes(draft.UpdatedBy)
        + PackedWriter.MostBytes(draft.ActivatedBy) + PackedWriter.MostBytes(draft.DeactivatedBy) + PackedWriter.MostBytes(draft.DeactivationReason)
        + PackedWriter.MostBytes(draft.StoredKind?.Type) + PackedWriter.MostBytes(draft.StoredKind?.State) + PackedWriter.MostBytes(draft.StoredEmailKey);

    /// <summary>Writes a draft; returns the number of bytes.</summary>
    public static int Write(Span<byte> into, UserDraft draft, PackedWords words)
    {
        var writer = new PackedWriter(into, words);
        writer.Number(draft.Key);
        writer.Number(draft.Version);
        writer.Number(draft.Position);
        writer.Number((long)draft.Changed);
        writer.Number(draft.EmailVerified ? 1 : 0);
        writer.Word(draft.Type);
        writer.Word(draft.State);
        writer.Word(draft.SubState);
        writer.Text(draft.Email);
        var isSame = ReferenceEquals(draft.Email, draft.EmailKey);
        writer.Number(isSame ? 1 : 0);
        if (!isSame)
            writer.Text(draft.EmailKey);
        writer.Text(draft.Name);
        writer.Text(draft.ActiveTeamId);
        writer.Time(draft.EmailVerifiedAt);
        writer.Time(draft.CreatedAt);
        writer.Word(draft.CreatedBy);
        writer.Time(draft.UpdatedAt);
        writer.Word(draft.UpdatedBy);
        writer.Time(draft.ActivatedAt);
        writer.Word(draft.ActivatedBy);
        writer.Time(draft.DeactivatedAt);
        writer.Word(draft.DeactivatedBy);
        writer.Text(draft.DeactivationReason);
        writer.Time(draft.SuspendedUntil);
        Write(ref writer, draft.Profile);
        Write(ref writer, draft.Preferences);
        writer.Word(draft.StoredKind?.Type);
        writer.Word(draft.StoredKind?.State);
        writer.Text(draft.StoredEmailKey);
        return writer.Length;
    }

    /// <summary>The draft again, with what is known about its row in the tables.</summary>
    public static UserDraft Read(string id, ReadOnlySpan<byte> packed, PackedWords words)
    {
        var reader = new PackedReader(packed, words);
        var draft = new UserDraft(reader.Number(), id) { Version = reader.Number(), Position = reader.Number() };
        var changed = (UserDraft.Parts)reader.Number();
        draft.EmailVerified = reader.Number() != 0;
        draft.Type = reader.Text() ?? "";
        draft.State = reader.Text() ?? "";
        draft.SubState = reader.Text() ?? "";
        draft.Email = reader.Text();
        draft.EmailKey = reader.Number() == 1 ? draft.Email : reader.Text();
        draft.Name = reader.Text();
        draft.ActiveTeamId = reader.Text();
        draft.EmailVerifiedAt = reader.Time();
        draft.CreatedAt = reader.Time() ?? default;
        draft.CreatedBy = reader.Text() ?? "";
        draft.UpdatedAt = reader.Time() ?? default;
        draft.UpdatedBy = reader.Text() ?? "";
        draft.ActivatedAt = reader.Time();
        draft.ActivatedBy = reader.Text();
        draft.DeactivatedAt = reader.Time();
        draft.DeactivatedBy = reader.Text();
        draft.DeactivationReason = reader.Text();
        draft.SuspendedUntil = reader.Time();
        draft.Profile = ReadMap(ref reader);
        draft.Preferences = ReadMap(ref reader);
        var (type, state) = (reader.Text(), reader.Text());
        draft.GoOn(changed, type is null || state is null ? null : (type, state), reader.Text());
        return draft;
    }

    private static int MostOf(TextMap map)
    {
        var bytes = PackedWriter.MostBytes(null);
        foreach (var (key, text) in map.Values)
            bytes += PackedWriter.MostBytes(key) + PackedWriter.MostBytes(text);
        return bytes;
    }

    private static void Write(ref PackedWriter writer, TextMap map)
    {
        writer.Number(map.Values.Count);
        foreach (var (key, text) in map.Values)
        {
            writer.Word(key);
            writer.Text(text);
        }
    }

    private static TextMap ReadMap(ref PackedReader reader)
    {
        var count = (int)reader.Number();
        if (count == 0)
            return TextMap.Empty;
        var values = new KeyValuePair<string, string>[count];
        for (var i = 0; i < count; i++)
            values[i] = new(reader.Text() ?? "", reader.Text() ?? "");
        return TextMap.OfOrdered(values);
    }
}
