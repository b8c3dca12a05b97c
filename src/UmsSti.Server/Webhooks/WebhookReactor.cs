using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.Projections;
using UmsSti.Projections.Reactors;

namespace UmsSti.Server.Webhooks;

/// <summary>One delivery for each event an endpoint wants. A stream's events go one at a time, so they arrive in order while none fails.</summary>
internal sealed class WebhookReactor(WebhookOptions options) : IReactor
{
    private static readonly IReadOnlyDictionary<string, string> NoParameters = new Dictionary<string, string>();

    public string Name => Channels.webhook(options.Name);

    public SourceLog Log => options.Log;

    public ReactorStart Start => ReactorStart.Head;

    // Names of these streams are made from addresses: they stay in the house.
    public bool Wants(StreamName stream) => !stream.IsIn(EmailAddressStream.Category);

    public IReadOnlyList<Effect> React(RecordedEvent recorded) =>
        options.Wants(recorded.EventType) ? [new Effect(Name, recorded.EventType, recorded.Stream.Value, NoParameters, null!, null)] : [];
}
