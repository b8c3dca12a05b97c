using MimeKit;
using UmsSti.Projections.Outbox;

namespace UmsSti.Server.Mail;

/// <summary>Without a mail server messages become files, named by their Message-ID: a repeat is the same file, never a second one.</summary>
internal sealed class FileMailer(string folder) : IMailer
{
    /// <summary>Ending of a message; the mail programs of most desktops open it.</summary>
    public const string Ending = ".eml";

    public async Task<DeliveryOutcome> Send(MimeMessage message, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, message.MessageId![..message.MessageId!.IndexOf('@', StringComparison.Ordinal)] + Ending);
        var unfinished = path + ".tmp";
        await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await message.WriteToAsync(file, ct);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
        return new DeliveryOutcome.Delivered("as a file");
    }
}
