using System.Text.Json;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;

namespace UmsSti.Server.CommandLine;

/// <summary>Folds one stream, event by event, into what it adds up to.</summary>
internal interface IStreamFold
{
    /// <summary>Folds the next event; one of a name this program does not know changes nothing.</summary>
    void Take(RecordedEvent recorded);

    /// <summary>The state so far.</summary>
    void Write(Utf8JsonWriter json);
}

/// <summary>The fold of each category that has one, as commands use it.</summary>
internal static class StreamFolds
{
    private static readonly Dictionary<string, Func<IStreamFold>> ByCategory = new(StringComparer.Ordinal)
    {
        [EmailAddressStream.Category] = () => new Fold<EmailAddress.Events.Event, EmailAddress.Fold.State>(
            SealedEvents.Addresses, EmailAddress.Fold.initial, EmailAddress.Fold.evolve, static (json, state) => WriteHolder(json, EmailAddress.Queries.holder(state)?.Value)),
        [TeamSlugStream.Category] = () => new Fold<TeamSlug.Events.Event, TeamSlug.Fold.State>(
            SealedEvents.TeamSlugs, TeamSlug.Fold.initial, TeamSlug.Fold.evolve, static (json, state) => WriteHolder(json, (state as TeamSlug.Fold.State.Held)?.by)),
        [AccessStream.Category] = () => new Fold<Access.Events.Event, Access.Fold.State>(SealedEvents.Activity, Access.Fold.initial, Access.Fold.evolve, WriteSessions),
        [TeamStream.Category] = () => Plain(SealedEvents.Teams, Domain.Team.Fold.initial, Domain.Team.Fold.evolve),
        [HierarchyStream.Category] = () => Plain(SealedEvents.Hierarchies, Domain.Hierarchy.Fold.initial, Domain.Hierarchy.Fold.evolve),
        [MembershipStream.Category] = () => Plain(SealedEvents.Memberships, Domain.Membership.Fold.initial, Domain.Membership.Fold.evolve),
        [RoleStream.Category] = () => Plain(SealedEvents.Roles, Role.Fold.initial, Role.Fold.evolve),
        [SettingsStream.Category] = () => Plain(SealedEvents.Settings, SystemSettings.Fold.initial, SystemSettings.Fold.evolve),
        [ProcessStream.Category] = () => Plain(SealedEvents.Processes, Process.Fold.initial, Process.Fold.evolve),
        [ScheduleStream.Category] = () => Plain(SealedEvents.Schedules, Schedule.Fold.initial, Schedule.Fold.evolve),
    };

    /// <summary>A fold for a stream; null when its category has none: its events are facts of their own.</summary>
    public static IStreamFold? For(StreamName stream) => ByCategory.TryGetValue(stream.Category, out var make) ? make() : null;

    private static Fold<TEvent, TState> Plain<TEvent, TState>(IEventCodec<TEvent, StreamContext<EncodeContext>> codec, TState initial, Func<TState, TEvent, TState> evolve)
        where TState : notnull => new(codec, initial, evolve, static (json, state) => StateJson.Write(json, state));

    private static void WriteHolder(Utf8JsonWriter json, string? holder)
    {
        json.WriteStartObject();
        json.WriteString("holder", holder);
        json.WriteEndObject();
    }

    private static void WriteSessions(Utf8JsonWriter json, Access.Fold.State access)
    {
        json.WriteStartObject();
        json.WriteString("lastLoginAt", access.LastLoginAt is { Value: var at } ? Http.Times.Text(at) : null);
        json.WriteStartArray("sessions");
        foreach (var (id, session) in access.Sessions)
        {
            json.WriteStartObject();
            json.WriteString("sessionId", id);
            json.WriteString("method", session.Method);
            json.WriteString("startedAt", Http.Times.Text(session.StartedAt));
            json.WriteString("expiresAt", Http.Times.Text(session.ExpiresAt));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private sealed class Fold<TEvent, TState>(
        IEventCodec<TEvent, StreamContext<EncodeContext>> codec, TState initial, Func<TState, TEvent, TState> evolve, Action<Utf8JsonWriter, TState> write) : IStreamFold
    {
        private TState state = initial;

        public void Take(RecordedEvent recorded)
        {
            if (codec.Decode(recorded) is { IsSome: true } known)
            {
                state = evolve(state, known.Value);
            }
        }

        public void Write(Utf8JsonWriter json) => write(json, state);
    }
}
