namespace UmsSti.Server.Hosting;

/// <summary>The program cannot start or a verb cannot run as things are. The message is one line: what is wrong and how to mend it.</summary>
public sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner);
