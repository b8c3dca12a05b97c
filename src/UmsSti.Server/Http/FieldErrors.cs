namespace UmsSti.Server.Http;

/// <summary>Collects what is wrong with a request, field by field, so that the caller learns everything at once.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, string[]> byField = new(StringComparer.Ordinal);

    public bool Any => byField.Count > 0;

    /// <summary>Notes a message; beyond <see cref="StrictJson.MaxReportedFields"/> fields only the fact that there are more is kept.</summary>
    public void Add(string field, string message)
    {
        if (byField.TryGetValue(field, out var messages))
        {
            byField[field] = messages.Contains(message) ? messages : [.. messages, message];
        }
        else if (byField.Count < StrictJson.MaxReportedFields)
        {
            byField[field] = [message];
        }
        else
        {
            byField["$"] = ["has more wrong fields than are listed here"];
        }
    }

    /// <summary>Notes what is wrong inside a part of the request.</summary>
    public void AddBelow(string path, FieldErrors inner)
    {
        foreach (var (field, messages) in inner.byField)
        {
            foreach (var message in messages)
            {
                Add(path + "." + field, message);
            }
        }
    }

    /// <summary>Throws a 422 with all that was noted.</summary>
    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new ProblemException(new Problem(ProblemKinds.ValidationFailed, "See errors.") { Errors = byField });
        }
    }
}
