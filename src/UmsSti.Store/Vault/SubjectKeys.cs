using UmsSti.Kernel;
using UmsSti.Store.Sqlite;

namespace UmsSti.Store.Vaults;

/// <summary>Rows of subject keys, as the writer and the readers look them up.</summary>
internal static class SubjectKeys
{
    /// <summary>Characters of a subject at most: it is an id.</summary>
    public const int MaxSubjectLength = 128;

    /// <summary>What a wrapped key is bound to, beside its number.</summary>
    public static string Purpose(string subject) => "subject-key " + subject;

    /// <summary>Reads the one row of a bound statement; null when the subject never had a key.</summary>
    public static DataKey? Read(Statement find, MasterKey master, string subject)
    {
        try
        {
            if (!find.Step())
                return null;
            var id = (uint)find.Int64(0);
            if (find.IsNull(1))
                return new DataKey(subject, id, null);
            var key = master.Unwrap(Purpose(subject), id, find.Blob(1));
            return key is { Length: Aead.KeyBytes }
                ? new DataKey(subject, id, key)
                : throw new SealBrokenException($"The data key {id} in the vault is damaged: restore the vault from a backup.", null);
        }
        finally
        {
            find.Reset();
        }
    }

    public static void CheckSubject(string subject)
    {
        if (string.IsNullOrEmpty(subject) || subject.Length > MaxSubjectLength)
            throw new ArgumentException($"A subject has 1 to {MaxSubjectLength} characters.", nameof(subject));
    }
}
