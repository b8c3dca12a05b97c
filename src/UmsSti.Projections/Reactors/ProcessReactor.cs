using UmsSti.Application;
using UmsSti.Kernel;
using ProcessFact = UmsSti.Domain.Process.Events.Event;
using RoleFact = UmsSti.Domain.Role.Events.Event;
using TeamFact = UmsSti.Domain.Team.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Reactors;

/// <summary>
/// Begins and advances processes when something happens that they follow (XR-11); what follows what is decided in
/// <see cref="ProcessReactions"/>. A repeat begins nothing anew, so a log without a checkpoint is gone through from its beginning.
/// </summary>
public sealed class ProcessReactor : IReactor
{
    /// <inheritdoc/>
    public string Name => "processes";

    /// <inheritdoc/>
    public SourceLog Log => SourceLog.Domain;

    /// <inheritdoc/>
    public ReactorStart Start => ReactorStart.Beginning;

    /// <inheritdoc/>
    public bool Wants(StreamName stream) =>
        stream.IsIn(UserStream.Category) || stream.IsIn(TeamStream.Category) || stream.IsIn(RoleStream.Category) || stream.IsIn(ProcessStream.Category);

    /// <inheritdoc/>
    public IReadOnlyList<Effect> React(RecordedEvent recorded)
    {
        var id = recorded.Stream.Id.Value;
        return DecoderOf(recorded.Stream).Decode(recorded) switch
        {
            UserFact user => ProcessReactions.user(id, user),
            TeamFact team => ProcessReactions.team(id, team),
            RoleFact role => ProcessReactions.role(id, role),
            ProcessFact process => ProcessReactions.ofProcess(id, process),
            _ => [],
        };
    }

    private static EventDecoder DecoderOf(StreamName stream) =>
        stream.IsIn(UserStream.Category) ? SealedDecoders.Users
        : stream.IsIn(TeamStream.Category) ? SealedDecoders.Teams
        : stream.IsIn(RoleStream.Category) ? SealedDecoders.Roles
        : SealedDecoders.Processes;
}
