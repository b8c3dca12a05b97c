using Microsoft.Extensions.Logging.Abstractions;
using UmsSti.Projections;
using UmsSti.Projections.Dues;
using UmsSti.Projections.Teams;
using UmsSti.Projections.Users;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Users;
using UmsSti.Store;

namespace UmsSti.Benchmarks.House;

/// <summary>The read side of a folder, in this process, on a read model file that is made anew: what the server wires, without HTTP.</summary>
internal sealed class ReadSide : IAsyncDisposable
{
    private ReadSide(ReadModelDatabase database, ProjectionHost host) => (Database, Host) = (database, host);

    public ReadModelDatabase Database { get; }

    public ProjectionHost Host { get; }

    public UserDirectory Directory => field ??= new UserDirectory(Database);

    /// <summary>Not started.</summary>
    public static ReadSide Open(Rooms rooms, string folder)
    {
        foreach (var old in System.IO.Directory.GetFiles(folder, DataFolder.ReadModelFile + "*"))
            File.Delete(old);
        var database = ReadModelDatabase.Open(new ReadModelOptions { Path = Path.Combine(folder, DataFolder.ReadModelFile) }, TimeProvider.System);
        return new ReadSide(database, new ProjectionHost(
            database,
            rooms.Logs.Log,
            rooms.Activity,
            Projectors(rooms.Application),
            new ProjectionOptions(),
            TimeProvider.System,
            NullLoggerFactory.Instance));
    }

    /// <summary>All the server has, with the decoders they share there.</summary>
    private static IReadOnlyList<IProjector> Projectors(Application.Application application)
    {
        var users = EventDecoder.Of(application.UserCodec);
        var teams = new TeamDecoders(
            users, EventDecoder.Of(application.TeamCodec), EventDecoder.Of(application.MembershipCodec), EventDecoder.Of(application.RoleCodec));
        return
        [
            .. UserProjectors.All(users, EventDecoder.Of(application.ActivityCodec)),
            .. TeamProjectors.All(teams, index: null),
            .. ViewProjectors.All(),
            new DuesProjector(users, EventDecoder.Of(application.ProcessCodec)),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Database.Dispose();
    }
}
