using System.Text.Json;
using UmsSti.ReadModels;

namespace UmsSti.Server.Http;

/// <summary>Answers of collections: <c>{ items, nextCursor, total }</c>.</summary>
internal static class Lists
{
    /// <summary>Reads a page; what the read model refuses about cursor or limits becomes the problem that says so.</summary>
    public static async ValueTask<TPage> Read<TPage>(Func<ValueTask<TPage>> read)
    {
        try
        {
            return await read();
        }
        catch (InvalidCursorException)
        {
            throw new ProblemException(ProblemKinds.InvalidCursor, "Take nextCursor of the page before, with the same filters and sort.");
        }
        catch (InvalidListQueryException wrong)
        {
            throw new ProblemException(Problem.Field(wrong.Field, wrong.Message));
        }
    }

    /// <summary>Writes a page.</summary>
    public static Task Answer<T>(HttpContext http, IReadOnlyList<T> items, string? nextCursor, long? total, Action<Utf8JsonWriter, T> item) =>
        JsonAnswer.Write(http, StatusCodes.Status200OK, (items, nextCursor, total, item), static (json, it) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (var one in it.items)
            {
                it.item(json, one);
            }

            json.WriteEndArray();
            json.WriteString("nextCursor", it.nextCursor);
            if (it.total is { } total)
            {
                json.WriteNumber("total", total);
            }
            else
            {
                json.WriteNull("total");
            }

            json.WriteEndObject();
        });
}
