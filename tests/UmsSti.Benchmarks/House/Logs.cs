using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.Store;
using Event = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Benchmarks.House;

/// <summary>A data folder opened in this process: log, vault, and the codec every user event passes.</summary>
internal sealed class Logs : IAsyncDisposable
{
    private Logs(DataFolder folder, SqliteEventLog log, Vault vault)
    {
        Folder = folder;
        Log = log;
        Vault = vault;
        Sealing = new Sealing(vault, new SnowflakeEventIds(log.NewestEventId));
        Users = UserStream.codec(Sealing);
    }

    /// <summary>Held while the logs are open.</summary>
    public DataFolder Folder { get; }

    public SqliteEventLog Log { get; }

    public Vault Vault { get; }

    public Sealing Sealing { get; }

    /// <summary>The codec of user streams.</summary>
    public IEventCodec<Event, StreamContext<EncodeContext>> Users { get; }

    /// <summary>The settings of every log the benchmarks open: the defaults.</summary>
    public static EventLogOptions Options { get; } = new();

    /// <summary>The settings in words, for the table.</summary>
    public static string Settings =>
        $"synchronous={Options.Synchronous.ToString().ToUpperInvariant()}, checkpoint at {Options.WalCheckpointPages} pages, "
        + $"at most {Options.MaxBatchAppends} appends or {Options.MaxBatchEvents} events a commit";

    public static Logs Open(string path)
    {
        var folder = DataFolder.Open(path);
        try
        {
            return new Logs(folder, SqliteEventLog.Open(folder, DataFolder.EventsFile, Options), Vault.Open(folder, new VaultOptions()));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The events file of a folder.</summary>
    public static string EventsFile(string folder) => Path.Combine(folder, DataFolder.EventsFile);

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        await Vault.DisposeAsync();
        Folder.Dispose();
    }
}
