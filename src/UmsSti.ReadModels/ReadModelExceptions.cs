namespace UmsSti.ReadModels;

/// <summary>The read-model database cannot be used as it stands. The message is one line for the operator.</summary>
public sealed class ReadModelStartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>SQLite refused an operation; <see cref="Code"/> is its extended result code.</summary>
public sealed class ReadModelException(string message, int code) : Exception(message)
{
    /// <summary>Extended result code of SQLite.</summary>
    public int Code { get; } = code;

    // SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH; anything else is about the file, the disk or a lock.
    internal bool IsAboutTheRow => (Code & 0xFF) is 18 or 19 or 20;
}

/// <summary>A row of one source stream could not be written; <see cref="Subject"/> is the id the stream is about.</summary>
public sealed class RowRefusedException(string subject, Exception inner)
    : Exception($"The row could not be written: {inner.Message}", inner)
{
    /// <summary>Id of the row's subject, for instance a user id.</summary>
    public string Subject { get; } = subject;
}

/// <summary>The cursor was not given out by this list with this sort and these filters.</summary>
public sealed class InvalidCursorException() : Exception("The cursor does not belong to this list, sort and filters.");

/// <summary>A list query is out of its limits; <see cref="Field"/> names the parameter (HTTP 422).</summary>
public sealed class InvalidListQueryException(string field, string message) : Exception(message)
{
    /// <summary>The parameter that is wrong.</summary>
    public string Field { get; } = field;
}
