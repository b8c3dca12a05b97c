namespace UmsSti.Server.Mail;

/// <summary>How the connection to the mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>Not at all; for a server on the same machine.</summary>
    None,

    /// <summary>Begun in clear, then TLS; refused when the server offers none.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,
}

/// <summary>The mail server (<c>Ums:Smtp:*</c>).</summary>
/// <param name="Host">Its name.</param>
/// <param name="Port">Its port.</param>
/// <param name="Security">How the connection is protected.</param>
/// <param name="User">Account to authenticate with; null for none.</param>
/// <param name="Password">Its password.</param>
public sealed record SmtpOptions(string Host, int Port, SmtpSecurity Security, string? User, string? Password)
{
    /// <summary>The port that goes with a security when none is configured.</summary>
    public static int PortOf(SmtpSecurity security) => security switch { SmtpSecurity.Tls => 465, SmtpSecurity.StartTls => 587, _ => 25 };
}

/// <summary>Everything about mail.</summary>
/// <param name="IsEnabled"><c>Notifications:Email:Enabled</c>; off, nothing is sent or written (RE-02).</param>
/// <param name="From">The sender of every message.</param>
/// <param name="Smtp">Where messages go; null: as files into the data folder.</param>
/// <param name="TemplateFolder">Templates of one's own; null: those of the program.</param>
public sealed record MailOptions(bool IsEnabled, string From, SmtpOptions? Smtp, string? TemplateFolder)
{
    /// <summary>The sender when none is configured, which is allowed without a mail server only.</summary>
    public const string DefaultFrom = "UMS-STI <ums@localhost>";

    /// <summary>Messages under way at once.</summary>
    public const int MaxConcurrent = 4;

    /// <summary>As files, for tests and first steps.</summary>
    public static MailOptions Default { get; } = new(true, DefaultFrom, null, null);
}
