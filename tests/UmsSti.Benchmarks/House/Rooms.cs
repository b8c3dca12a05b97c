using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Store;

namespace UmsSti.Benchmarks.House;

/// <summary>Both logs with the application on top, in this process: what the server wires, without HTTP and read models.</summary>
internal sealed class Rooms : IAsyncDisposable
{
    private Rooms(Logs logs, SqliteEventLog activity)
    {
        Logs = logs;
        Activity = activity;
        Application = new Application.Application(new Parts(
            logs.Log,
            logs.Log,
            logs.Log,
            activity,
            logs.Vault,
            logs.Vault,
            logs.Sealing.EventIds,
            new NobodyNew(),
            new NoCredentials(),
            NoPrincipalIndex.Instance,
            new NoUpkeep(),
            TimeProvider.System,
            CacheEntries,
            Domain.Hierarchy.Queries.DefaultDepthLimit,
            soleWriter: true));
    }

    /// <summary>Folded states kept, as many as the server keeps.</summary>
    public const int CacheEntries = 100_000;

    public Logs Logs { get; }

    public SqliteEventLog Activity { get; }

    public Application.Application Application { get; }

    public static Rooms Open(string folder)
    {
        var logs = Logs.Open(folder);
        return new Rooms(logs, SqliteEventLog.Open(logs.Folder, DataFolder.ActivityFile, Logs.Options));
    }

    public async ValueTask DisposeAsync()
    {
        await Activity.DisposeAsync();
        await Logs.DisposeAsync();
    }

    /// <summary>The benchmarks change people who are there.</summary>
    private sealed class NobodyNew : IIdGenerator
    {
        public UserId NewUserId(UserType userType) => throw new InvalidOperationException("No new user was expected.");

        public TeamId NewTeamId() => throw new InvalidOperationException("No new team was expected.");

        public SessionId NewSessionId() => throw new InvalidOperationException("No new session was expected.");
    }

    /// <summary>And nothing follows from it.</summary>
    private sealed class NoUpkeep : IUpkeep
    {
        public Task<UpkeepPage> Find(UpkeepQuery query, object? after, int limit, CancellationToken ct) => throw new InvalidOperationException("No process was expected.");
    }

    /// <summary>And never their passwords.</summary>
    private sealed class NoCredentials : ICredentials
    {
        public Task Set(string userId, string phc, CancellationToken ct) => throw new InvalidOperationException("No password was expected.");

        public Task Forget(string userId, CancellationToken ct) => throw new InvalidOperationException("Nobody was expected to be forgotten.");
    }
}
