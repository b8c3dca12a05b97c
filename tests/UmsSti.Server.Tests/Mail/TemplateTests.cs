using MimeKit;
using UmsSti.Application;
using UmsSti.Server.Hosting;
using UmsSti.Server.Mail;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Mail;

/// <summary>Every notice can be read by everybody it is for: both languages, text and HTML, and nothing of a person becomes markup.</summary>
public sealed class TemplateTests
{
    private static readonly Dictionary<string, string> Values = new[]
    {
        "name", "url", "link", "applicant", "approved", "rejected", "reason", "until", "fields", "actor", "operation", "verify",
        "state-active", "state-inactive", "state-suspended", "state-archived", "state-pending",
        "team", "teamId", "type", "parent", "role", "oldRole", "message", "above", "permission", "dependent", "rights",
    }.ToDictionary(key => key, key => $"<b>{key}</b>&\"'");

    public static TheoryData<string, string> Kinds
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var kind in NoticeKind.All)
            {
                foreach (var language in MailTemplates.Languages)
                {
                    all.Add(kind.Name, language);
                }
            }

            return all;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Every_kind_has_both_parts_in_every_language(string kind, string language)
    {
        var text = MailTemplates.Load(null).Fill(kind, language, Values);
        Assert.NotEmpty(text.Subject);
        Assert.DoesNotContain("{{", text.Text + text.Html + text.Subject, StringComparison.Ordinal);
        Assert.Contains("<b>name</b>", text.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", text.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;name&lt;/b&gt;&amp;&quot;&#39;", text.Html, StringComparison.Ordinal);
        Assert.Contains($"<html lang=\"{language}\">", text.Html, StringComparison.Ordinal);
        Assert.Equal(kind is "verify-email" or "email-changed-new", text.Text.Contains("<b>link</b>", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Every_kind_reads_well_without_what_may_be_missing(string kind, string language)
    {
        var text = MailTemplates.Load(null).Fill(kind, language, new Dictionary<string, string> { ["name"] = "Ada", ["url"] = "http://ums.test" });
        Assert.DoesNotContain("\n\n\n", text.Text, StringComparison.Ordinal);
        Assert.Contains("Ada", text.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_subject_is_one_line_whatever_is_put_in()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("welcome.en.txt"), "Subject: For {{name}}\n\nHi");
        var text = MailTemplates.Load(folder.Path).Fill("welcome", "en", new Dictionary<string, string> { ["name"] = "Ada\r\u0001Bcc: x@example.org" });
        Assert.Equal("For Ada  Bcc: x@example.org", text.Subject);
    }

    [Fact]
    public void A_template_of_ones_own_takes_the_place_of_one()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("welcome.en.txt"), "Subject: Ahoy\n\nAhoy {{name}}!\n");
        var templates = MailTemplates.Load(folder.Path);
        Assert.Equal(("Ahoy", "Ahoy Ada!\n"), (templates.Fill("welcome", "en", new Dictionary<string, string> { ["name"] = "Ada" }) is var own ? (own.Subject, own.Text) : default));
        Assert.Equal("Willkommen", templates.Fill("welcome", "de", new Dictionary<string, string>()).Subject);
    }

    [Theory]
    [InlineData("Hello\n")]
    [InlineData("Subject: x\n{{#open}} never closed")]
    public void A_template_that_cannot_be_used_is_refused_at_the_start(string content)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("welcome.en.txt"), content);
        Assert.Contains("welcome.en.txt", Assert.Throws<StartRefusedException>(() => MailTemplates.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_written_twice_is_one_file()
    {
        using var folder = new TempFolder();
        var mailer = new FileMailer(folder.File("mail"));
        for (var times = 0; times < 2; times++)
        {
            await mailer.Send(new MimeMessage { MessageId = "abc@example.org", Subject = "x", Body = new TextPart("plain") { Text = "y" } }, TestContext.Current.CancellationToken);
        }

        Assert.Equal(["abc.eml"], Directory.GetFiles(folder.File("mail")).Select(Path.GetFileName));
    }
}
