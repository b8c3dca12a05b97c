using System.Text.Json;
using UmsSti.Application;

namespace UmsSti.Server.Http;

/// <summary>
/// Sends commands through the door and turns its answers into answers of HTTP: the entity with version, position and whether it is
/// a repeat; a plan for a dry run; a problem for a refusal.
/// </summary>
public sealed class CommandRunner(Door door, RequestDigests digests)
{
    /// <summary>What is known about the request, for the door.</summary>
    public ValueTask<Envelope> EnvelopeOf(ApiCall call) => call.Envelope(digests);

    /// <summary>Carries out a command. Throws <see cref="ProblemException"/> when it is refused.</summary>
    public async Task<Accepted> Execute(Envelope envelope, Command command, CancellationToken ct)
    {
        var answer = await door.Execute(envelope, command, ct);
        return answer switch
        {
            Answer.Accepted accepted => accepted.Item,
            Answer.Refused refused => throw new ProblemException(RefusalProblems.ToProblem(refused.Item)),
            _ => throw new InvalidOperationException("The door gave an answer of no known kind."),
        };
    }

    /// <summary>Says what a command would do. Throws <see cref="ProblemException"/> when it would be refused.</summary>
    public async Task<Plan> Plan(Envelope envelope, Command command, CancellationToken ct) => await door.Plan(envelope, command, ct) switch
    {
        PlanAnswer.Planned planned => planned.Item,
        PlanAnswer.Refused refused => throw new ProblemException(RefusalProblems.ToProblem(refused.Item)),
        _ => throw new InvalidOperationException("The door gave a plan of no known kind."),
    };

    /// <summary>Writes a plan as <c>{ accepted, events, result }</c>.</summary>
    public static Task AnswerPlan<T>(HttpContext http, IReadOnlyList<PlannedEvent> events, T result, Action<Utf8JsonWriter, T> writeResult) =>
        JsonAnswer.Write(http, StatusCodes.Status200OK, (events, result, writeResult), static (json, it) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("accepted", true);
            json.WriteStartArray("events");
            foreach (var planned in it.events)
            {
                json.WriteStartObject();
                json.WriteString("stream", planned.Stream);
                json.WriteString("type", planned.Type);
                json.WritePropertyName("data");
                planned.Data.WriteTo(json);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WritePropertyName("result");
            it.writeResult(json, it.result);
            json.WriteEndObject();
        });
}
