using System.Globalization;
using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Dues;
using ProcessFact = UmsSti.Domain.Process.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Dues;

/// <summary>
/// What is to happen at a time: links that run out, suspensions that end, processes that wait. Rows are candidates only, so
/// one too many costs a refused command and one too few would be a fault.
/// </summary>
public sealed class DuesProjector(EventDecoder users, EventDecoder processes) : IProjector
{
    /// <summary>Runs of schedules wait for it.</summary>
    public const string ProjectorName = "dues";

    public string Name => ProjectorName;

    public ReadModelLayout Model => ReadModelLayout.Dues;

    public ProjectionPace Pace => ProjectionPace.Gathered;

    public SourceLog Log => SourceLog.Domain;

    public IReadOnlyDictionary<string, EventDecoder> Reads { get; } = new Dictionary<string, EventDecoder>
    {
        [UserStream.Category] = users,
        [ProcessStream.Category] = processes,
    };

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) => new Rows(new DueRows(generation));

    private sealed class Rows(DueRows dues) : IProjectionRows
    {
        private readonly UserDues _users = new(dues);
        private readonly ProcessDues _processes = new(dues);

        public int Pending => dues.Pending;

        public bool WritesThrough => true;

        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            var id = recorded.Stream.Id.Value;
            if (decoded is UserFact user)
                _users.Apply(session, id, user);
            else if (decoded is ProcessFact process)
                _processes.Apply(session, id, process);
        }

        public void Flush(WriteSession session) => dues.Flush(session);

        public void Discard() => dues.Discard();
    }
}

/// <summary>The dues of processes.</summary>
internal sealed class ProcessDues(DueRows dues) : Domain.Process.IEventVisitor<bool>
{
    private WriteSession _session = null!;
    private string _id = "";

    public void Apply(WriteSession session, string id, ProcessFact fact)
    {
        (_session, _id) = (session, id);
        Domain.Process.Reactions.dispatch(this, fact);
    }

    public bool Started(Domain.Process.Events.Started e)
    {
        TakeOverLink();
        return At(e.NextAt);
    }

    public bool StepDone(Domain.Process.Events.StepDone e) => At(e.NextAt);

    public bool StepFailed(Domain.Process.Events.StepFailed e) => At(e.RetryAt?.Value ?? e.At);

    public bool StepGivenUp(Domain.Process.Events.StepGivenUp e) => Stand(e.At);

    public bool StepCompensated(Domain.Process.Events.StepCompensated e) => At(e.At);

    public bool CompensationFailed(Domain.Process.Events.CompensationFailed e) => e.RetryAt?.Value is { } again ? At(again) : Stand(e.At);

    public bool Resumed(Domain.Process.Events.Resumed e)
    {
        dues.Remove(DueKind.Standing, _id);
        return At(e.At);
    }

    public bool Superseded(Domain.Process.Events.Superseded e) => End();

    public bool Completed(Domain.Process.Events.Completed e) => End();

    public bool Failed(Domain.Process.Events.Failed e) => End();

    private bool At(DateTimeOffset at)
    {
        dues.Put(DueKind.Process, _id, at);
        return true;
    }

    private bool Stand(DateTimeOffset since)
    {
        dues.Remove(DueKind.Process, _id);
        dues.Put(DueKind.Standing, _id, since);
        return true;
    }

    private bool End()
    {
        dues.Remove(DueKind.Process, _id);
        return true;
    }

    // From here on the process sees to this link, also where the user is expired already and no event will say so.
    private void TakeOverLink()
    {
        var process = ProcessId.TryParse(_id);
        if (process.IsValueSome && process.Value is { Kind: VerificationProcess.Kind } it
            && dues.Find(_session, DueKind.Verification, it.Subject) is { } endsAt
            && it.Run == endsAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture))
            dues.Remove(DueKind.Verification, it.Subject);
    }
}
