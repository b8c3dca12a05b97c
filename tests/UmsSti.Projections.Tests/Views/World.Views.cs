using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;
using AccessFact = UmsSti.Domain.Access.Events.Event;
using AddressFact = UmsSti.Domain.EmailAddress.Events.Event;
using OperatorFact = UmsSti.Domain.Operator.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Tests;

/// <summary>Facts of every category, by any actor at any time.</summary>
public sealed partial class World
{
    private readonly IEventCodec<AddressFact, StreamContext<EncodeContext>> _addresses;
    private readonly IEventCodec<OperatorFact, StreamContext<EncodeContext>> _operators;

    public Task<long> UserFacts(string userId, string actor, DateTimeOffset at, params UserFact[] facts) =>
        Append(Domain, UserStream.streamName(UserId.Parse(userId)), facts, _users, actor, at);

    public Task<long> AddressFacts(string index, string actor, DateTimeOffset at, params AddressFact[] facts) =>
        Append(Domain, StreamName.Create(EmailAddressStream.Category, EmailAddressStream.streamId(index)), facts, _addresses, actor, at);

    public Task<long> SessionFacts(string userId, string actor, DateTimeOffset at, params AccessFact[] facts) =>
        Append(Activity, StreamName.Create(AccessStream.Category, AccessStream.streamId(userId)), facts, _access, actor, at);

    public Task<long> DecisionFacts(string streamId, string actor, DateTimeOffset at, params AccessFact[] facts) =>
        Append(Activity, StreamName.Create(AccessDecisionStream.Category, AccessDecisionStream.streamId(streamId)), facts, _access, actor, at);

    public Task<long> OperatorFacts(string actor, DateTimeOffset at, params OperatorFact[] facts) =>
        Append(Activity, StreamName.Create(OperatorStream.Category, OperatorStream.streamId(actor)), facts, _operators, actor, at);

    /// <summary>Everything a log holds.</summary>
    public static async Task<IReadOnlyList<RecordedEvent>> All(IEventLog log)
    {
        var all = new List<RecordedEvent>();
        while (await log.ReadAll(all.Count, 1_000, Ct) is { Length: > 0 } events)
            all.AddRange(events);
        return all;
    }
}
