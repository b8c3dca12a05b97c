using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace UmsSti.ReadModels.Permissions;

/// <summary>What can be told the processor about memory.</summary>
internal static class Memory
{
    /// <summary>Bytes a processor fetches at once.</summary>
    private const int Line = 64;

    /// <summary>
    /// Says that an item of at most <see cref="Line"/> bytes will be wanted soon, so that it is on its way while something else is done.
    /// A hint: it reads nothing, it does no harm if the item moves meanwhile, and where the processor knows no such thing nothing happens.
    /// </summary>
    public static unsafe void WillRead<T>(ref readonly T item)
        where T : struct
    {
        if (!Sse.IsSupported)
            return;
        var at = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in item));
        Sse.Prefetch0(at);
        Sse.Prefetch0(at + Line - 1); // it may lie across two lines
    }
}
