using Microsoft.Extensions.Logging.Abstractions;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;
using UmsSti.Projections;
using UmsSti.Projections.Dues;
using UmsSti.Projections.Outbox;
using UmsSti.Projections.Reactors;
using UmsSti.Projections.Rights;
using UmsSti.Projections.Schedules;
using UmsSti.Projections.Teams;
using UmsSti.Projections.Users;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Permissions;
using UmsSti.ReadModels.Users;
using UmsSti.Server.Authentication;
using UmsSti.Server.Mail;
using UmsSti.Server.Webhooks;
using UmsSti.Store;

namespace UmsSti.Server.Hosting;

/// <summary>Everything of one data folder, opened and put together; this process owns the folder as long as it is open.</summary>
internal sealed class Installation : IAsyncDisposable
{
    /// <summary>Folded states kept in memory, of each category.</summary>
    private const int CachedStates = 100_000;

    private readonly Stack<object> opened = new();

    private Installation()
    {
    }

    public DataFolder Folder { get; private set; } = null!;

    /// <summary>The domain log.</summary>
    public SqliteEventLog Events { get; private set; } = null!;

    /// <summary>The activity log.</summary>
    public SqliteEventLog Activity { get; private set; } = null!;

    public Vault Vault { get; private set; } = null!;

    public Argon2Passwords Passwords { get; private set; } = null!;

    public ReadModelDatabase ReadModel { get; private set; } = null!;

    public IIdGenerator Ids { get; private set; } = null!;

    public Application.Application Application { get; private set; } = null!;

    /// <summary>Histories of users, folded from the logs when they are asked for.</summary>
    public UserTimeline Timeline { get; private set; } = null!;

    /// <summary>Rights in memory; loaded before the projector of rights has caught up, and with every rebuild of its rows.</summary>
    public PermissionChecks Permissions { get; private set; } = null!;

    /// <summary>The same, as checks and readers ask it.</summary>
    public LivePrincipals Principals { get; private set; } = null!;

    /// <summary>Put together but not running; see <see cref="ProjectionHost.StartAsync"/>.</summary>
    public ProjectionHost Projections { get; private set; } = null!;

    /// <summary>Put together but not running; see <see cref="ScheduleHost.Start"/>.</summary>
    public ScheduleHost Schedules { get; private set; } = null!;

    public OutboxDatabase Outbox { get; private set; } = null!;

    public EmailVerifications Verifications { get; private set; } = null!;

    /// <summary>Put together but not running; see <see cref="ReactorHost.StartAsync"/>.</summary>
    public ReactorHost Reactors { get; private set; } = null!;

    /// <summary>Opens a folder, creating what is not there. Throws what the rooms throw when they cannot start; each is one clear line.</summary>
    public static Installation Open(ServerOptions options, TimeProvider time, ILoggerFactory logs)
    {
        var house = new Installation();
        try
        {
            house.OpenStores(options, time, logs);
            house.PutTogether(options, time, logs);
            house.PutReactionsTogether(options, time, logs);
            return house;
        }
        catch
        {
            // Closing is synchronous up to the last file: nothing has been written yet.
            house.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>For verbs that need the folder alone and may be the first to use it.</summary>
    public static Installation OpenOrCreateOffline(ServerOptions options) => Open(options, TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>For verbs that look at what is there. Throws <see cref="StartRefusedException"/> when the folder holds no log: it is mistyped.</summary>
    public static Installation OpenOffline(ServerOptions options)
    {
        var log = Path.Combine(options.DataDirectory, DataFolder.EventsFile);
        return File.Exists(log) ? OpenOrCreateOffline(options) : throw new StartRefusedException($"'{log}' is not there: name a data folder that holds a log.");
    }

    /// <summary>The log a stream is kept in.</summary>
    public SqliteEventLog LogOf(StreamName stream) => Categories.isActivity(stream) ? Activity : Events;

    /// <summary>Stops schedules and projections, drains the writers, closes the files, gives the folder free; in that order.</summary>
    public async ValueTask DisposeAsync()
    {
        while (opened.TryPop(out var part))
        {
            if (part is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync();
            }
            else
            {
                ((IDisposable)part).Dispose();
            }
        }
    }

    private void OpenStores(ServerOptions options, TimeProvider time, ILoggerFactory logs)
    {
        var logOptions = new EventLogOptions { Synchronous = options.Synchronous == "FULL" ? Synchronous.Full : Synchronous.Normal };
        Folder = Keep(DataFolder.Open(options.DataDirectory));
        Vault = Keep(Store.Vault.Open(Folder, new VaultOptions { MasterKey = options.MasterKeyText() }, time, logs.CreateLogger<Vault>()));
        Events = Keep(SqliteEventLog.Open(Folder, DataFolder.EventsFile, logOptions, time, logs.CreateLogger<SqliteEventLog>()));
        Activity = Keep(SqliteEventLog.Open(Folder, DataFolder.ActivityFile, logOptions, time, logs.CreateLogger<SqliteEventLog>()));
        ReadModel = Keep(ReadModelDatabase.Open(new ReadModelOptions { Path = Folder.File(DataFolder.ReadModelFile) }, time));
        Outbox = Keep(OutboxDatabase.Open(Folder.File(DataFolder.OutboxFile), time));
        Passwords = new Argon2Passwords();
    }

    private void PutTogether(ServerOptions options, TimeProvider time, ILoggerFactory logs)
    {
        var index = PermissionChecks.NewIndex();
        Principals = new LivePrincipals(index);
        var eventIds = new SnowflakeEventIds(Math.Max(Events.NewestEventId, Activity.NewestEventId), time: time);
        Ids = new IdGenerator(eventIds, time);
        Application = new Application.Application(new Parts(
            Events, Events, Events, Activity, Vault, Vault, eventIds, Ids, new Credentials(Vault), Principals,
            new Upkeep(new RightsUpkeep(ReadModel), () => Projections.Gate(TeamProjectors.Rights)), time, CachedStates, options.MaxTeamDepth, soleWriter: true));
        var (users, access) = (EventDecoder.Of(Application.UserCodec), EventDecoder.Of(Application.ActivityCodec));
        Timeline = new UserTimeline(Events, Activity, users, access);
        Permissions = new PermissionChecks(index);
        var keeper = Keep(new IndexKeeper(index, ReadModel, time, logs.CreateLogger<IndexKeeper>()));
        Projections = Keep(new ProjectionHost(
            ReadModel, Events, Activity, MakeProjectors(users, access, index), new ProjectionOptions(), time, logs, keeper.Answering));
        Principals.Follow(Projections.Monitor);
        Schedules = Keep(new ScheduleHost(
            AllSchedules.Of(Application, ReadModel, options.Schedules), Application.ScheduleRuns, Projections.Gate, options.Schedules, time, logs));
    }

    private IReadOnlyList<IProjector> MakeProjectors(EventDecoder users, EventDecoder access, PermissionIndex index)
    {
        var decoders = new TeamDecoders(
            users, EventDecoder.Of(Application.TeamCodec), EventDecoder.Of(Application.MembershipCodec), EventDecoder.Of(Application.RoleCodec));
        return
        [
            .. UserProjectors.All(users, access),
            .. TeamProjectors.All(decoders, index),
            .. ViewProjectors.All(),
            new DuesProjector(users, EventDecoder.Of(Application.ProcessCodec)),
        ];
    }

    // Checkpoints stand before anything is appended, so that a fresh installation reacts to its first event.
    private void PutReactionsTogether(ServerOptions options, TimeProvider time, ILoggerFactory logs)
    {
        Verifications = new EmailVerifications(Vault, Application.Users, options.IsDevelopment, time, logs.CreateLogger<EmailVerifications>());
        var reactors = NoticeReactors.All(isMuted: !options.Mail.IsEnabled).Concat(options.Webhooks.Select(endpoint => new WebhookReactor(endpoint))).Append(new ProcessReactor());
        var webhooks = options.Webhooks.Select(endpoint => Keep(new WebhookChannel(endpoint, LogOf(endpoint.Log), Application.EventViews, options.PublicUrl, time)));
        IChannel[] channels = [MakeMail(options, time, logs), new ProcessChannel(Application.ProcessRequests, Events, time), .. webhooks];
        Reactors = Keep(new ReactorHost(Outbox, Events, Activity, [.. reactors], channels, new OutboxOptions(), time, logs));
        Reactors.Establish(CancellationToken.None).GetAwaiter().GetResult();
    }

    private MailChannel MakeMail(ServerOptions options, TimeProvider time, ILoggerFactory logs)
    {
        IMailer mailer = options.Mail.Smtp is { } smtp
            ? new SmtpMailer(smtp, logs.CreateLogger<SmtpMailer>())
            : new FileMailer(Folder.File(DataFolder.MailFolder));
        var audiences = new Audiences(new UserDirectory(ReadModel), new MemberDirectory(ReadModel), Projections.Monitor, () => Events.Head);
        return new MailChannel(
            options.Mail, options.PublicUrl, MailTemplates.Load(options.Mail.TemplateFolder), mailer, Application.Notices, audiences, Verifications, LogOf, time);
    }

    private SqliteEventLog LogOf(SourceLog log) => log == SourceLog.Domain ? Events : Activity;

    private T Keep<T>(T part)
        where T : notnull
    {
        opened.Push(part);
        return part;
    }
}
