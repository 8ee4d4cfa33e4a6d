using System.Buffers;

namespace CallCluster.Sip.Transports;

/// <summary>Receive buffers of the shared pool.</summary>
internal static class Pooled
{
    /// <summary>Puts a buffer of twice the size, with the same content, in the place of this one.</summary>
    internal static void Double(ref byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
