using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using UmsSti.Kernel;
using UmsSti.Store.Sqlite;

namespace UmsSti.Store.EventLog;

/// <summary>How one connection, the writer's or a reader's, looks up rows of remembered commands.</summary>
internal sealed class CommandRows(Database database)
{
    /// <summary>Characters of a command id at most.</summary>
    public const int MaxCommandIdLength = 256;

    private readonly Statement _findCommand = database.Prepare("Sql/EventLog/find_command");
    private readonly Statement _findKey = database.Prepare("Sql/EventLog/find_command_key");

    /// <summary>Number under which a command id is indexed: 8 bytes keep the index small, SHA-256 keeps it from being aimed at.</summary>
    public static long Key(string commandId)
    {
        Span<byte> text = stackalloc byte[MaxCommandIdLength * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(commandId, text)], hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    /// <summary>The row of that number, if it is of that command and answered at or after a time (Unix ms); else null.</summary>
    public RememberedCommand? Find(long id, string commandId, long notBefore)
    {
        _findCommand.Bind(1, id);
        try
        {
            return _findCommand.Step() && _findCommand.Int64(3) >= notBefore && _findCommand.Text(0) == commandId
                ? new RememberedCommand(
                    commandId,
                    _findCommand.Blob(1).ToArray(),
                    _findCommand.Blob(2).ToArray(),
                    DateTimeOffset.FromUnixTimeMilliseconds(_findCommand.Int64(3)),
                    _findCommand.Int64(4))
                : null;
        }
        finally
        {
            _findCommand.Reset();
        }
    }

    /// <summary>The newest row number of a key in a segment, or null.</summary>
    public long? FindKey(long segment, long key) => _findKey.Bind(1, segment).Bind(2, key).Scalar();
}
