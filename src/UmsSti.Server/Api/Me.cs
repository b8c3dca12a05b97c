using System.Text.Json;
using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Who the caller is and what he may do.</summary>
internal sealed class Me(Gate gate, UserStreams users, Checks checks, Heads heads)
{
    private static readonly JsonEncodedText ExpiresAt = JsonEncodedText.Encode("expiresAt");

    public static readonly ApiOperation Operation = new("getMe", HttpMethods.Get, "/me", "Sessions", "The caller, with roles and permissions")
    {
        Answers = [new ApiAnswer(200, "The caller.", SessionShapes.Me)],
    };

    public async Task Get(ApiCall call)
    {
        var principal = await gate.Describe(call.Caller.UserId, call.Now, call.Ct);
        var user = await users.TryView(call.Caller.UserId, call.Ct);
        if (principal.IsValueNone || user.IsValueNone)
        {
            throw new ProblemException(ProblemKinds.Unauthenticated, "This account is gone.");
        }

        var held = TeamRoutes.Granted(await checks.Effective(call.Caller.UserId, null, Moment.Now, call.Now, call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, (principal: principal.Value, user: user.Value, held, call.Caller), static (json, it) =>
        {
            json.WriteStartObject();
            json.WriteString("id", it.principal.UserId);
            json.WriteString("type", it.principal.Type);
            json.WriteString("state", it.principal.State);
            json.WriteString("email", it.user.Email);
            json.WriteString("name", it.user.Name);
            RightsJson.WriteTexts(json, "roles", it.held.Roles);
            json.WriteStartArray("permissions");
            foreach (var permission in it.principal.Permissions.Order(StringComparer.Ordinal))
            {
                json.WriteStringValue(permission);
            }

            json.WriteEndArray();
            json.WriteString("sessionId", it.Caller.SessionId);
            Times.Write(json, ExpiresAt, it.Caller.ExpiresAt);
            json.WriteEndObject();
        });
    }
}
