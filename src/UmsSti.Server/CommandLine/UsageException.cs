namespace UmsSti.Server.CommandLine;

/// <summary>A verb was given what cannot be meant; the message is one line that says what it takes. The program ends with <see cref="ExitCodes.Usage"/>.</summary>
public sealed class UsageException(string message) : Exception(message);
