using System.Collections.Concurrent;
using UmsSti.Server.Authentication;

namespace UmsSti.Server.Http;

/// <summary>How many requests a minute a caller may send (AP-04); 0 is no limit.</summary>
/// <param name="PerUser">Requests a minute of a standard or admin user.</param>
/// <param name="PerSystemUser">Requests a minute of a system user.</param>
public sealed record RequestLimits(int PerUser, int PerSystemUser)
{
    public static readonly RequestLimits None = new(0, 0);
}

/// <summary>
/// Counts requests of signed-in callers in windows of one minute. Requests without a token are not counted here: what they can
/// cause is bounded by the password hashing queue.
/// </summary>
public sealed class RequestLimiter(RequestLimits limits)
{
    /// <summary>Callers remembered at once; when there are more, the windows that have ended are forgotten.</summary>
    private const int MaxCallers = 100_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Counter> counters = new(StringComparer.Ordinal);

    /// <summary>Counts a request. Throws <see cref="ProblemException"/> (429) when the caller has used up his minute.</summary>
    public void Count(Caller caller, DateTimeOffset now)
    {
        var limit = caller.UserType == "system" ? limits.PerSystemUser : limits.PerUser;
        if (limit == 0 || caller.IsAnonymous)
        {
            return;
        }

        if (counters.Count >= MaxCallers)
        {
            ForgetEnded(now);
        }

        var counter = counters.GetOrAdd(caller.UserId, static (_, start) => new Counter(start), now);
        if (counter.Add(now) is var (count, ends) && count > limit)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling((ends - now).TotalSeconds));
            throw new ProblemException(new Problem(ProblemKinds.TooManyRequests, $"At most {limit} requests a minute.") { RetryAfterSeconds = seconds });
        }
    }

    private void ForgetEnded(DateTimeOffset now)
    {
        foreach (var (user, counter) in counters)
        {
            if (counter.HasEnded(now))
            {
                counters.TryRemove(user, out _);
            }
        }
    }

    private sealed class Counter(DateTimeOffset start)
    {
        private readonly Lock gate = new();
        private DateTimeOffset start = start;
        private int count;

        public (int Count, DateTimeOffset Ends) Add(DateTimeOffset now)
        {
            lock (gate)
            {
                if (now - start >= Window || now < start)
                {
                    start = now;
                    count = 0;
                }

                // Beyond the limit the number itself does not matter; it must only never wrap.
                count = count == int.MaxValue ? count : count + 1;
                return (count, start + Window);
            }
        }

        public bool HasEnded(DateTimeOffset now)
        {
            lock (gate)
            {
                return now - start >= Window;
            }
        }
    }
}
