using System.Globalization;
using MimeKit;
using UmsSti.Server.Hosting;

namespace UmsSti.Server.Mail;

/// <summary>Reads and checks <c>Ums:Smtp</c> and <c>Ums:Notifications:Email</c>.</summary>
internal static class MailSettings
{
    private const string Enabled = "Notifications:Email:Enabled";
    private const string Templates = "Notifications:Email:TemplateFolder";

    /// <summary>Throws <see cref="StartRefusedException"/> that names the key and what it takes.</summary>
    public static MailOptions Read(IConfiguration keys)
    {
        var smtp = SmtpOf(keys);
        var folder = ServerOptions.Text(keys, Templates);
        return folder is null || Directory.Exists(folder)
            ? new MailOptions(FlagOf(keys), FromOf(keys, smtp is not null), smtp, folder)
            : throw ServerOptions.Wrong(Templates, folder, "a folder that is there");
    }

    private static bool FlagOf(IConfiguration keys)
    {
        var text = ServerOptions.Text(keys, Enabled) ?? "true";
        return bool.TryParse(text, out var isEnabled) ? isEnabled : throw ServerOptions.Wrong(Enabled, text, "true or false");
    }

    private static string FromOf(IConfiguration keys, bool isNeeded)
    {
        var text = ServerOptions.Text(keys, "Smtp:From") ?? (isNeeded ? "" : MailOptions.DefaultFrom);
        return MailboxAddress.TryParse(text, out var from) && from.Domain.Length > 0
            ? text
            : throw ServerOptions.Wrong("Smtp:From", text, "the sender of every message, as in UMS <ums@example.org>");
    }

    // All of it is checked without a host too: what is wrong would otherwise show on the day the host is added.
    private static SmtpOptions? SmtpOf(IConfiguration keys)
    {
        var security = Enum.Parse<SmtpSecurity>(ServerOptions.Word(keys, "Smtp:Security", "starttls", ["none", "starttls", "tls"]), ignoreCase: true);
        var (user, password) = (ServerOptions.Text(keys, "Smtp:User"), ServerOptions.Text(keys, "Smtp:Password"));
        if (user is not null && password is null)
        {
            throw ServerOptions.Wrong("Smtp:User", user, "an Ums:Smtp:Password beside it");
        }

        if (user is null && password is not null)
        {
            throw ServerOptions.Wrong("Smtp:Password", "(hidden)", "an Ums:Smtp:User beside it");
        }

        var port = PortOf(keys, security);
        return HostOf(keys) is { } host ? new SmtpOptions(host, port, security, user, password) : null;
    }

    private static string? HostOf(IConfiguration keys)
    {
        var host = ServerOptions.Text(keys, "Smtp:Host");
        return host is null || Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? host
            : throw ServerOptions.Wrong("Smtp:Host", host, "the name or address of a mail server, without a port");
    }

    private static int PortOf(IConfiguration keys, SmtpSecurity security)
    {
        var text = ServerOptions.Text(keys, "Smtp:Port");
        return text is null ? SmtpOptions.PortOf(security)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= ushort.MaxValue ? port
            : throw ServerOptions.Wrong("Smtp:Port", text, "a port from 1 to 65535");
    }
}
