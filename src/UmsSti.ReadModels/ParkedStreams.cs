using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels;

/// <summary>Reads the streams projectors hold back.</summary>
internal static class ParkedStreams
{
    public static IReadOnlyList<ParkedStream> List(Connection connection, string projector, int generation)
    {
        var statement = connection.Get("Catalogue/parked_list").Bind(1, projector).Bind(2, generation);
        var parked = new List<ParkedStream>();
        while (statement.Step())
            parked.Add(new(
                statement.Text(0), statement.Int64(1), statement.Int64(2), statement.Text(3), (int)statement.Int64(4),
                DateTimeOffset.FromUnixTimeMilliseconds(statement.Int64(5)), statement.Int64(6)));
        statement.Reset();
        return parked;
    }
}
