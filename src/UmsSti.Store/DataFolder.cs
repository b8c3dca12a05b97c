namespace UmsSti.Store;

/// <summary>
/// The data of one installation: one folder with five files, owned by one process at a time. The lock is held until the folder is
/// disposed or the process ends, however it ends.
/// </summary>
public sealed class DataFolder : IDisposable
{
    /// <summary>The domain log.</summary>
    public const string EventsFile = "events.db";

    /// <summary>The activity log.</summary>
    public const string ActivityFile = "activity.db";

    /// <summary>Everything derived.</summary>
    public const string ReadModelFile = "readmodel.db";

    /// <summary>Keys and credentials.</summary>
    public const string VaultFile = "vault.db";

    /// <summary>What is to be sent, and how far each reactor has come.</summary>
    public const string OutboxFile = "outbox.db";

    /// <summary>Folder of messages that are written as files, because no mail server is configured.</summary>
    public const string MailFolder = "mail";

    private const string LockFile = "folder.lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>Full path of the folder.</summary>
    public string Path { get; }

    /// <summary>Creates the folder when it is not there (mode 700), checks that it can be written, and takes it for this process.</summary>
    /// <exception cref="StoreStartException">It cannot be created or written, or another process has it.</exception>
    public static DataFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            Create(full);
            var held = new FileStream(
                System.IO.Path.Combine(full, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
            return new DataFolder(full, held);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreStartException($"Data folder '{full}' cannot be written: give this account the right to it or choose another with --data.", e);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new StoreStartException($"Data folder '{full}' is in use by another process: stop that one or choose another with --data.", e);
        }
        catch (IOException e)
        {
            throw new StoreStartException($"Data folder '{full}' cannot be used ({OneLine(e.Message)}): choose another with --data.", e);
        }
    }

    /// <summary>Full path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Gives the folder free.</summary>
    public void Dispose() => _lock.Dispose();

    private static void Create(string full)
    {
        if (Directory.Exists(full))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(full);
        else
            Directory.CreateDirectory(full, OwnerOnly);
    }

    /// <summary>The lock file is open elsewhere: EWOULDBLOCK (Linux 11, macOS 35) or a sharing violation on Windows.</summary>
    private static bool IsHeld(IOException e) => (e.HResult & 0xffff) is 11 or 35 or 32;

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
