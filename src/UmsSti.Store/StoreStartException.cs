namespace UmsSti.Store;

/// <summary>
/// The store refuses to start. The message is one line that says what is wrong and how to mend it; the server prints it and
/// ends with exit code 1.
/// </summary>
public sealed class StoreStartException(string message, Exception? inner = null) : Exception(message, inner);
