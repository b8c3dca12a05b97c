using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using UmsSti.Benchmarks.Raw;

namespace UmsSti.Benchmarks.Bare;

/// <summary>What the bare endpoint says of a check, without having checked anything.</summary>
public sealed record BareCheck(bool Allowed, string? AccessType, long Position);

/// <summary>A user as the bare endpoint knows one.</summary>
public sealed record BareUser(string Id, string Type, string State, string Email, string Name, string CreatedAt, string UpdatedAt, long Version);

[JsonSerializable(typeof(BareUser))]
[JsonSerializable(typeof(BareCheck))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class BareJson : JsonSerializerContext;

/// <summary>
/// The other side of the HTTP rows, in a process of its own: a minimal API that reads one row by its key through a pooled prepared
/// command, and one that answers a PATCH at once and does nothing. No authentication, no log, no limits.
/// </summary>
internal static class BareServer
{
    /// <summary>Serves until it is stopped. Arguments: the database file, the address.</summary>
    public static async Task<int> Serve(string[] args)
    {
        if (args is not [var file, var address])
        {
            await Console.Error.WriteLineAsync("bare FILE ADDRESS");
            return 2;
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, BareJson.Default));
        var app = builder.Build();
        app.Urls.Add(address);
        var pool = new CommandPool(file);
        app.MapGet("/health/ready", () => Results.Ok());
        app.MapGet("/api/v1/users/{id}", (string id) => pool.Find(id) is { } user ? Results.Ok(user) : Results.NotFound());
        app.MapGet("/api/v1/permissions/check", (string user, string permission, string team) =>
            Results.Ok(new BareCheck(user != team, "role", permission.Length)));
        app.MapPatch("/api/v1/users/{id}", (string id) => "ok");
        await app.RunAsync();
        return 0;
    }

    /// <summary>Makes the table with a row for every id.</summary>
    public static void Fill(string file, IEnumerable<string> ids)
    {
        using var connection = Open(file);
        using var create = connection.CreateCommand();
        create.CommandText = "PRAGMA journal_mode=WAL;" + Scripts.Own("create_bare_users");
        create.ExecuteNonQuery();
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = Scripts.Own("insert_bare_user");
        var number = 0;
        foreach (var id in ids)
        {
            insert.Parameters.Clear();
            insert.Parameters.AddWithValue("$id", id);
            insert.Parameters.AddWithValue("$type", "standard");
            insert.Parameters.AddWithValue("$state", "active");
            insert.Parameters.AddWithValue("$email", $"person{number}@example.org");
            insert.Parameters.AddWithValue("$name", $"Person Number {number}");
            insert.Parameters.AddWithValue("$at", "2026-01-01T00:00:00.000Z");
            insert.ExecuteNonQuery();
            number++;
        }

        transaction.Commit();
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Prepared commands, each with a connection of its own, made when none is free.</summary>
    private sealed class CommandPool(string file)
    {
        private readonly ConcurrentBag<SqliteCommand> _free = [];

        public BareUser? Find(string id)
        {
            if (!_free.TryTake(out var command))
                command = Prepare();
            try
            {
                command.Parameters[0].Value = id;
                using var row = command.ExecuteReader();
                return !row.Read()
                    ? null
                    : new BareUser(
                        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5),
                        row.GetString(6), row.GetInt64(7));
            }
            finally
            {
                _free.Add(command);
            }
        }

        private SqliteCommand Prepare()
        {
            var command = Open(file).CreateCommand();
            command.CommandText = Scripts.Own("find_bare_user");
            command.Parameters.Add("$id", SqliteType.Text);
            command.Prepare();
            return command;
        }
    }
}
