using System.Collections.Concurrent;
using UmsSti.Kernel;
using UmsSti.Server.Telemetry;

namespace UmsSti.Server.Http;

/// <summary>
/// Idempotency of requests that are not one command of the door (a registration without an account, a bulk, a rebuild): the answer is
/// remembered in the log like a command's, under the same scope of caller and key, so one key never means two things.
/// </summary>
public sealed class RememberedRequests(IEventLog log, ICommandMemory memory, RequestDigests digests)
{
    private readonly ConcurrentDictionary<string, Task> running = new(StringComparer.Ordinal);

    /// <summary>
    /// Runs the request once a key; a repeat, also one that comes while the first still runs, gets the first one's answer. Answers are
    /// bytes without anything personal or secret in them. Without a key it simply runs.
    /// </summary>
    public async Task<(byte[] Answer, bool Replayed)> Run(ApiCall call, Func<string?, byte[], Task<byte[]>> request)
    {
        var key = RequestHeaders.IdempotencyKeyOf(call.Http);
        if (key is null)
        {
            return (await request(null, []), false);
        }

        var fingerprint = digests.Of(call.Http, (await call.Bytes()).Span);
        var scoped = Scoped(call, key);
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (!running.TryAdd(scoped, turn.Task))
        {
            if (running.TryGetValue(scoped, out var other))
            {
                // It ends without a result; what was remembered decides.
                await other;
            }
        }

        try
        {
            return await RunAlone(call, scoped, key, fingerprint, request);
        }
        finally
        {
            running.TryRemove(scoped, out _);
            turn.SetResult();
        }
    }

    /// <summary>Whether the caller has used the request's key before, so that an answer is remembered.</summary>
    public async ValueTask<bool> IsKnown(ApiCall call) =>
        RequestHeaders.IdempotencyKeyOf(call.Http) is { } key && await memory.Find(Scoped(call, key), call.Ct) is not null;

    // As the door scopes the keys of its commands, so that one key means one request whoever remembers it.
    private static string Scoped(ApiCall call, string key) => call.Caller.UserId + "/" + key;

    private async Task<(byte[] Answer, bool Replayed)> RunAlone(ApiCall call, string scoped, string key, byte[] fingerprint, Func<string?, byte[], Task<byte[]>> request)
    {
        if (await memory.Find(scoped, call.Ct) is { } known)
        {
            return (Replay(known, fingerprint), true);
        }

        var answer = await request(key, fingerprint);
        var remembered = new RememberedCommand(scoped, fingerprint, answer, call.Now, 0);
        return await log.Append(new AppendRequest([], remembered), CancellationToken.None) is AppendResult.AlreadyRemembered earlier
            ? (Replay(earlier.command, fingerprint), true)
            : (answer, false);
    }

    private static byte[] Replay(RememberedCommand known, byte[] fingerprint)
    {
        if (!known.Fingerprint.Span.SequenceEqual(fingerprint))
        {
            throw new ProblemException(ProblemKinds.IdempotencyKeyReused, "This Idempotency-Key was used for another request. Use a fresh key for a new request.");
        }

        ServerMeter.Replayed();
        return known.Answer.ToArray();
    }
}
