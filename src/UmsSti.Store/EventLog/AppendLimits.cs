using UmsSti.Kernel;

namespace UmsSti.Store.EventLog;

/// <summary>What an append must look like before it may wait for the writer. Throws <see cref="ArgumentException"/>.</summary>
internal static class AppendLimits
{
    /// <summary>Streams up to which each is compared with each: what a decision touches. Beyond, a set is quicker.</summary>
    private const int FewStreams = 4;

    /// <summary>Counts the events and bytes of a request.</summary>
    public static (int Events, int Bytes) Check(AppendRequest request, int maxBytes)
    {
        var events = 0;
        var bytes = 0L;
        CheckStreams(request.Appends);
        foreach (var append in request.Appends)
        {
            if (append.ExpectedVersion < ExpectedVersion.Any)
                throw new ArgumentException($"{append.ExpectedVersion} is no version to expect.", nameof(request));
            events += append.Events.Length;
            foreach (var e in append.Events)
                bytes += e.Data.Length + e.Meta.Length;
        }

        if (request.Command is { } command)
        {
            CheckCommandId(command.CommandId);
            bytes += command.Answer.Length + command.Fingerprint.Length;
        }

        if (bytes > maxBytes)
            throw new ArgumentException($"The append holds {bytes} bytes; {maxBytes} are allowed.", nameof(request));
        return (events, (int)bytes);
    }

    private static void CheckStreams(StreamAppend[] appends)
    {
        var seen = appends.Length > FewStreams ? new HashSet<string>(appends.Length, StringComparer.Ordinal) : null;
        for (var i = 0; i < appends.Length; i++)
        {
            var stream = appends[i].Stream.Value;
            if (seen is null ? IsAmong(stream, appends.AsSpan(0, i)) : !seen.Add(stream))
                throw new ArgumentException($"Stream '{stream}' appears twice in one append.", nameof(appends));
        }
    }

    private static bool IsAmong(string stream, ReadOnlySpan<StreamAppend> appends)
    {
        foreach (var append in appends)
        {
            if (append.Stream.Value == stream)
                return true;
        }

        return false;
    }

    public static void CheckCommandId(string commandId)
    {
        if (string.IsNullOrEmpty(commandId) || commandId.Length > CommandRows.MaxCommandIdLength)
            throw new ArgumentException($"A command id has 1 to {CommandRows.MaxCommandIdLength} characters.", nameof(commandId));
    }
}
