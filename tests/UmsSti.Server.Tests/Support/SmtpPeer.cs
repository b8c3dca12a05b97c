using System.Collections.Concurrent;
using System.Diagnostics;
using MimeKit;
using UmsSti.Server.Mail;

namespace UmsSti.Server.Tests.Support;

/// <summary>One message an SMTP server has taken.</summary>
internal sealed record TakenMessage(string MessageId, string Recipient, string File)
{
    public MimeMessage Read() => MimeMessage.Load(File);
}

/// <summary>A real SMTP server in a process of its own (aiosmtpd), with answers the test decides.</summary>
internal sealed class SmtpPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private TaskCompletionSource spoken = NewSignal();

    private SmtpPeer(Process process, int port)
    {
        this.process = process;
        Port = port;
    }

    public int Port { get; }

    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>Every message it has taken, repeats too.</summary>
    public TakenMessage[] Taken => [.. Lines.Select(line => line.Split(' ', 4)).Where(words => words[0] == "took").Select(words => new TakenMessage(words[1], words[2], words[3]))];

    /// <summary>The configuration that leads to it.</summary>
    public MailOptions Options => new(true, "UMS <ums@example.org>", new SmtpOptions("127.0.0.1", Port, SmtpSecurity.None, null, null), null);

    /// <param name="port">Where it listens; a free port when not given.</param>
    /// <param name="more">What else it is told: see its own words at the top of the script.</param>
    public static async Task<SmtpPeer> Start(int? port = null, params string[] more)
    {
        var at = port ?? ServerProcess.FreePort();
        // Debian's own Python: its package brings aiosmtpd, another one on the path may lack it.
        var start = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Peers", "smtp_peer.py"), at.ToString(System.Globalization.CultureInfo.InvariantCulture), .. more])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var peer = new SmtpPeer(new Process { StartInfo = start }, at);
        peer.process.OutputDataReceived += (_, line) => peer.Keep(line.Data);
        peer.process.Start();
        peer.process.BeginOutputReadLine();
        await peer.When(() => peer.Lines.Contains("ready"));
        return peer;
    }

    /// <summary>From now on messages are taken and not answered.</summary>
    public Task Hold() => Say("hold", "holding");

    /// <summary>What was held is answered, and what comes too.</summary>
    public Task Release() => Say("release", "released");

    /// <summary>Waits until what it has said fulfils a condition.</summary>
    public async Task When(Func<bool> condition)
    {
        while (true)
        {
            var next = spoken.Task;
            if (condition())
            {
                return;
            }

            Assert.False(process.HasExited, "The SMTP server has ended.");
            await next.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for a message to a recipient with a subject that begins so.</summary>
    public async Task<MimeMessage> Message(string recipient, string subject)
    {
        MimeMessage? found = null;
        await When(() => (found = Taken.Where(taken => taken.Recipient == recipient).Select(taken => taken.Read()).FirstOrDefault(message => message.Subject!.StartsWith(subject, StringComparison.Ordinal))) is not null);
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private async Task Say(string command, string answer)
    {
        await process.StandardInput.WriteLineAsync(command);
        await process.StandardInput.FlushAsync();
        await When(() => Lines.Contains(answer));
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            Lines.Enqueue(line);
            Interlocked.Exchange(ref spoken, NewSignal()).SetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
