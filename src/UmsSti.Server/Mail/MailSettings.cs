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

    private static SmtpOptions? SmtpOf(IConfiguration keys)
    {
        if (ServerOptions.Text(keys, "Smtp:Host") is not { } host)
        {
            return null;
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            throw ServerOptions.Wrong("Smtp:Host", host, "the name or address of a mail server, without a port");
        }

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

        return new SmtpOptions(host, PortOf(keys, security), security, user, password);
    }

    private static int PortOf(IConfiguration keys, SmtpSecurity security)
    {
        var text = ServerOptions.Text(keys, "Smtp:Port");
        return text is null ? SmtpOptions.PortOf(security)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= ushort.MaxValue ? port
            : throw ServerOptions.Wrong("Smtp:Port", text, "a port from 1 to 65535");
    }
}
