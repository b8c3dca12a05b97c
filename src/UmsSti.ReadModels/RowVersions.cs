using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels;

/// <summary>Every row holds the version of its source; a write of one that was seen before finds no row.</summary>
internal static class RowVersions
{
    /// <summary>Throws <see cref="RowRefusedException"/> unless the newest statement wrote one row.</summary>
    public static void RequireOne(Connection connection, string subject, long version)
    {
        if (connection.Changes != 1)
            throw new RowRefusedException(subject, new InvalidOperationException($"version {version} does not follow the one in the row."));
    }
}
