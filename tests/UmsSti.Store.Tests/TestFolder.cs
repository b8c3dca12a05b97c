using System.Text;
using UmsSti.Kernel;
using Xunit;

namespace UmsSti.Store.Tests;

/// <summary>A data folder of its own for one test, with short ways to open a log and to append.</summary>
public sealed class TestFolder : IDisposable
{
    private static long _nextEventId;

    private readonly string _path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "ums-store-" + Guid.NewGuid().ToString("N"));
    private DataFolder? _folder;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public DataFolder Folder => _folder ??= DataFolder.Open(_path);

    public string Path => _path;

    public string Events => System.IO.Path.Combine(_path, DataFolder.EventsFile);

    public SqliteEventLog OpenLog(EventLogOptions? options = null, TimeProvider? time = null) =>
        SqliteEventLog.Open(Folder, DataFolder.EventsFile, options ?? new EventLogOptions(), time);

    public static StreamName Stream(string id) => StreamName.Create("Test", StreamId.Create(id));

    public static EventData Event(string type = "Happened", string data = "{}", string meta = "{}") =>
        new(Interlocked.Increment(ref _nextEventId), type, 1, Encoding.UTF8.GetBytes(data), Encoding.UTF8.GetBytes(meta), DateTimeOffset.UnixEpoch);

    public static AppendRequest Request(string stream, long expected, params EventData[] events) =>
        new([new StreamAppend(Stream(stream), expected, events)], null);

    public static async Task<long> Append(SqliteEventLog log, string stream, long expected, params EventData[] events) =>
        Assert.IsType<AppendResult.Appended>(await log.Append(Request(stream, expected, events), Token)).lastPosition;

    /// <summary>Awaits a condition that another thread brings about; fails with the test's own time limit.</summary>
    public static async Task Until(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Gives the folder free, as the end of the process would.</summary>
    public void Release()
    {
        _folder?.Dispose();
        _folder = null;
    }

    public void Dispose()
    {
        Release();
        if (Directory.Exists(_path))
            Directory.Delete(_path, recursive: true);
    }
}
