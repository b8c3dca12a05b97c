using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using UmsSti.Kernel;
using UmsSti.Store.Sqlite;

namespace UmsSti.Store.EventLog;

/// <summary>Rows of remembered commands, as the writer and the readers look them up.</summary>
internal static class CommandRows
{
    /// <summary>Characters of a command id at most.</summary>
    public const int MaxCommandIdLength = 256;

    /// <summary>Number under which a command id is indexed: 8 bytes keep the index small, SHA-256 keeps it from being aimed at.</summary>
    public static long Key(string commandId)
    {
        Span<byte> text = stackalloc byte[MaxCommandIdLength * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(commandId, text)], hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    /// <summary>The newest row of that command id answered at or after a time (Unix ms), or null.</summary>
    public static RememberedCommand? Find(Statement findCommands, string commandId, long key, long notBefore)
    {
        findCommands.Bind(1, key).Bind(2, notBefore);
        try
        {
            while (findCommands.Step())
            {
                if (findCommands.Text(0) != commandId)
                    continue;
                return new RememberedCommand(
                    commandId,
                    findCommands.Blob(1).ToArray(),
                    findCommands.Blob(2).ToArray(),
                    DateTimeOffset.FromUnixTimeMilliseconds(findCommands.Int64(3)),
                    findCommands.Int64(4));
            }

            return null;
        }
        finally
        {
            findCommands.Reset();
        }
    }
}
