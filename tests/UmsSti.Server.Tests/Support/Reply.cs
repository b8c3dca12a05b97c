using System.Net;
using System.Text.Json;

namespace UmsSti.Server.Tests.Support;

/// <summary>An answer, read to its end.</summary>
internal sealed record Reply(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public int Code => (int)Status;

    public string Text => System.Text.Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public long Position => long.Parse(Headers["X-Position"], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The code of a problem answer.</summary>
    public string Problem => Json.GetProperty("code").GetString()!;

    public string this[string field] => Json.GetProperty(field).ToString();

    public Reply Is(int status)
    {
        Assert.True(Code == status, $"{status} was expected, {Code} came: {Text}");
        return this;
    }

    public Reply IsProblem(int status, string code)
    {
        Is(status);
        Assert.Equal("application/problem+json", Header("Content-Type"));
        Assert.True(code == Problem, $"{code} was expected: {Text}");
        Assert.Equal("urn:ums:problem:" + code, this["type"]);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        return this;
    }

    /// <summary>The fields a validation problem names.</summary>
    public IEnumerable<string> ErrorFields => Json.GetProperty("errors").EnumerateObject().Select(error => error.Name);
}
