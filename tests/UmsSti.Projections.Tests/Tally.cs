using UmsSti.Kernel;
using UmsSti.ReadModels;

namespace UmsSti.Projections.Tests;

/// <summary>A projector without rows beside the directory's, in the same model and on the same log: it has a checkpoint, a count and a checksum.</summary>
public sealed class Tally(EventDecoder users) : IProjector
{
    public const string Called = "tally";

    public string Name => Called;

    public ReadModelLayout Model => ReadModelLayout.Users;

    public SourceLog Log => SourceLog.Domain;

    public IReadOnlyDictionary<string, EventDecoder> Reads { get; } = new Dictionary<string, EventDecoder> { ["User"] = users, ["EmailAddress"] = EventDecoder.None };

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) => new Rows();

    private sealed class Rows : IProjectionRows
    {
        public int Pending => 0;

        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
        }

        public void Flush(WriteSession session)
        {
        }

        public void Discard()
        {
        }
    }
}
