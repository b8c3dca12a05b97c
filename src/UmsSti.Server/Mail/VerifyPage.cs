namespace UmsSti.Server.Mail;

/// <summary>
/// The page behind the link of a verification mail. User and token stand behind the '#', so that they reach no log on the way; the
/// page's script sends them to the API when the person presses the button (mail scanners open links, but press nothing).
/// </summary>
internal static class VerifyPage
{
    public const string Path = "/verify-email";

    private const string Policy = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void Map(WebApplication app)
    {
        var (page, script) = (Read("Mail/Pages/verify-email.html"), Read("Mail/Pages/verify-email.js"));
        app.MapGet(Path, http => Answer(http, "text/html; charset=utf-8", page));
        app.MapGet(Path + ".js", http => Answer(http, "text/javascript; charset=utf-8", script));
    }

    private static Task Answer(HttpContext http, string type, byte[] body)
    {
        http.Response.ContentType = type;
        http.Response.ContentLength = body.Length;
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.Body.WriteAsync(body, 0, body.Length, http.RequestAborted);
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(VerifyPage).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"There is no embedded file '{name}'.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
