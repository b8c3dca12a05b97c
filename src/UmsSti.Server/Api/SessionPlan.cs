using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>What a dry run of signing in or out answers: the facts that would be noted, without the ids that are made when it is done.</summary>
internal static class SessionPlan
{
    public static Task Answer(ApiCall call, Heads heads, string userId, string type, string method, int count)
    {
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        return JsonAnswer.Write(call.Http, StatusCodes.Status200OK, (userId, type, method, count), static (json, it) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("accepted", true);
            json.WriteStartArray("events");
            for (var each = 0; each < it.count; each++)
            {
                json.WriteStartObject();
                json.WriteString("stream", "Access-" + it.userId);
                json.WriteString("type", it.type);
                json.WriteStartObject("data");
                json.WriteString("method", it.method);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNull("result");
            json.WriteEndObject();
        });
    }
}
