using System.Net;
using System.Text;

namespace UmsSti.Server.Mail;

/// <summary>A message as it is to be read.</summary>
internal sealed record MailText(string Subject, string Text, string Html);

/// <summary>
/// The templates of all notices: <c>{kind}.{language}.txt</c>, whose first line is the subject, and <c>{kind}.{language}.html</c>, put into
/// <c>layout.html</c>. They come with the program; a file of the same name in the configured folder takes the place of one (NT-40).
/// <c>{{key}}</c> is a value, <c>{{#key}}...{{/key}}</c> stands only where there is one. In HTML every value is escaped.
/// </summary>
internal sealed class MailTemplates
{
    private const string Folder = "Mail/Templates/";
    private const string SubjectMark = "Subject: ";
    private const string Layout = "layout.html";

    private readonly Dictionary<string, string> files;

    private MailTemplates(Dictionary<string, string> files) => this.files = files;

    /// <summary>Languages every notice is written in; the first one is for people whose language there is none of.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "de"];

    /// <summary>Reads them all. Throws <see cref="Hosting.StartRefusedException"/> for a template of one's own that cannot be used.</summary>
    public static MailTemplates Load(string? ownFolder)
    {
        var files = Embedded();
        if (ownFolder is not null)
        {
            foreach (var name in files.Keys.ToArray())
            {
                var path = Path.Combine(ownFolder, name);
                if (File.Exists(path))
                {
                    files[name] = ReadOwn(path);
                }
            }
        }

        return new MailTemplates(files);
    }

    /// <summary>Fills the templates of a kind in.</summary>
    public MailText Fill(string kind, string language, IReadOnlyDictionary<string, string> values)
    {
        var text = Render(files[$"{kind}.{language}.txt"], values, static value => value);
        var end = text.IndexOf('\n');
        var subject = OneLine(text[SubjectMark.Length..end]);
        var html = Render(files[$"{kind}.{language}.html"], values, WebUtility.HtmlEncode);
        var page = Render(files[Layout].Replace("{{body}}", html, StringComparison.Ordinal), new Dictionary<string, string> { ["language"] = language, ["subject"] = subject }, WebUtility.HtmlEncode);
        return new MailText(subject, WithoutGaps(text[(end + 1)..].TrimStart('\n')), page);
    }

    /// <summary>Puts values into a template. A key without a value is empty text.</summary>
    internal static string Render(string template, IReadOnlyDictionary<string, string> values, Func<string, string> escape)
    {
        var result = new StringBuilder(template.Length);
        var at = 0;
        while (template.IndexOf("{{", at, StringComparison.Ordinal) is var open && open >= 0)
        {
            var close = template.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                throw new FormatException("A '{{' has no '}}'.");
            }

            result.Append(template, at, open - at);
            at = close + 2;
            var key = template[(open + 2)..close];
            if (!key.StartsWith('#'))
            {
                result.Append(escape(values.GetValueOrDefault(key, "")));
                continue;
            }

            var mark = "{{/" + key[1..] + "}}";
            var end = template.IndexOf(mark, at, StringComparison.Ordinal);
            if (end < 0)
            {
                throw new FormatException($"'{{{{{key}}}}}' has no '{mark}'.");
            }

            if (values.GetValueOrDefault(key[1..], "").Length > 0)
            {
                result.Append(Render(template[at..end], values, escape));
            }

            at = end + mark.Length;
        }

        return result.Append(template, at, template.Length - at).ToString();
    }

    // Parts that were left out leave empty lines behind.
    private static string WithoutGaps(string text)
    {
        while (text.Contains("\n\n\n", StringComparison.Ordinal))
        {
            text = text.Replace("\n\n\n", "\n\n", StringComparison.Ordinal);
        }

        return text;
    }

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();

    private static string ReadOwn(string path)
    {
        try
        {
            var text = File.ReadAllText(path).ReplaceLineEndings("\n");
            if (path.EndsWith(".txt", StringComparison.Ordinal) && (!text.StartsWith(SubjectMark, StringComparison.Ordinal) || !text.Contains('\n')))
            {
                throw new FormatException($"its first line must be '{SubjectMark}...'");
            }

            Render(text, new Dictionary<string, string>(), static value => value);
            return text;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new Hosting.StartRefusedException($"The mail template '{path}' cannot be used ({failure.Message}): mend it or take it away.", failure);
        }
    }

    private static Dictionary<string, string> Embedded()
    {
        var home = typeof(MailTemplates).Assembly;
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in home.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(home.GetManifestResourceStream(name)!);
            files.Add(name[Folder.Length..], reader.ReadToEnd().ReplaceLineEndings("\n"));
        }

        return files;
    }
}
