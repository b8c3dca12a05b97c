namespace UmsSti.Server.Hosting;

/// <summary>Whether the server is starting, ready or stopping. Ready comes once: every strong read model has caught up and there is a first user.</summary>
public sealed class Readiness
{
    private const int Starting = 0;
    private const int Ready = 1;
    private const int Stopping = 2;

    private int state;
    private bool isOpen;

    /// <summary>Whether requests are answered: an empty installation first gets its first user.</summary>
    public bool IsOpen => Volatile.Read(ref isOpen);

    public void SetOpen() => Volatile.Write(ref isOpen, true);

    public bool IsReady => Volatile.Read(ref state) == Ready;

    /// <summary>starting, ready or stopping.</summary>
    public string Name => Volatile.Read(ref state) switch { Starting => "starting", Ready => "ready", _ => "stopping" };

    /// <summary>Whether it was ready once; a start that is over stays over.</summary>
    public bool HasStarted => Volatile.Read(ref state) != Starting;

    public void SetReady() => Interlocked.CompareExchange(ref state, Ready, Starting);

    public void SetStopping() => Volatile.Write(ref state, Stopping);
}
