using UmsSti.Kernel;

namespace UmsSti.Store.EventLog;

/// <summary>What an append must look like before it may wait for the writer. Throws <see cref="ArgumentException"/>.</summary>
internal static class AppendLimits
{
    /// <summary>Counts the events and bytes of a request.</summary>
    public static (int Events, int Bytes) Check(AppendRequest request, int maxBytes)
    {
        var events = 0;
        var bytes = 0L;
        var appends = request.Appends;
        for (var i = 0; i < appends.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (appends[j].Stream.Value == appends[i].Stream.Value)
                    throw new ArgumentException($"Stream '{appends[i].Stream.Value}' appears twice in one append.", nameof(request));
            }

            if (appends[i].ExpectedVersion < ExpectedVersion.Any)
                throw new ArgumentException($"{appends[i].ExpectedVersion} is no version to expect.", nameof(request));
            events += appends[i].Events.Length;
            foreach (var e in appends[i].Events)
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

    public static void CheckCommandId(string commandId)
    {
        if (string.IsNullOrEmpty(commandId) || commandId.Length > CommandRows.MaxCommandIdLength)
            throw new ArgumentException($"A command id has 1 to {CommandRows.MaxCommandIdLength} characters.", nameof(commandId));
    }
}
