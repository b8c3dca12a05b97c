using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace UmsSti.Projections.Outbox;

/// <summary>The connection of the outbox with its prepared statements. One user at a time.</summary>
internal sealed class OutboxSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>Runs a script without parameters.</summary>
    public void Execute(string script)
    {
        using var command = connection.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
    }

    /// <summary>The answer of a setting, as text.</summary>
    public string Text(string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragma;
        return command.ExecuteScalar()?.ToString() ?? "";
    }

    /// <summary>Runs the named statement; the rows it changed.</summary>
    public int Run(string name, params ReadOnlySpan<(string Name, object? Value)> parameters) => Command(name, parameters).ExecuteNonQuery();

    /// <summary>The first column of the first row as a number; 0 when there is none.</summary>
    public long Scalar(string name, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Command(name, parameters).ExecuteScalar() is long number ? number : 0;

    /// <summary>The rows of the named statement.</summary>
    public List<T> Rows<T>(string name, Func<SqliteDataReader, T> row, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Command(name, parameters).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>Ends a transaction that failed; SQLite may have ended it already.</summary>
    public void RollBack()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle!) == 0)
            Execute("ROLLBACK");
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        connection.Dispose();
    }

    /// <summary>A row as every query of rows selects it.</summary>
    public static OutboxItem Item(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), ParametersOf(row.GetString(6)),
        (SourceLog)row.GetInt32(7), row.GetInt64(8), row.GetInt64(9), StateOf(row.GetString(10)), row.GetInt32(11),
        Time(row.GetInt64(12)), Time(row.GetInt64(13)), Time(row.GetInt64(14)), row.IsDBNull(15) ? null : row.GetString(15));

    public static OutboxState StateOf(string name) => Enum.Parse<OutboxState>(name, ignoreCase: true);

    public static string NameOf(OutboxState state) => state.ToString().ToLowerInvariant();

    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static Dictionary<string, string> ParametersOf(string json) => JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];

    private SqliteCommand Command(string name, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(name, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = OutboxSql.Read("Outbox/" + name);
            _commands.Add(name, command);
        }
        command.Parameters.Clear();
        foreach (var (parameter, value) in parameters)
            command.Parameters.AddWithValue(parameter, value ?? DBNull.Value);
        return command;
    }
}
