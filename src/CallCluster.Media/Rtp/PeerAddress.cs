using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace CallCluster.Media.Rtp;

/// <summary>An IP address and port that compares and copies without allocation. IPv4 is held as IPv4-mapped IPv6.</summary>
internal readonly record struct PeerAddress(ulong High, ulong Low, ushort Port)
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    /// <summary>True for the value that no datagram comes from.</summary>
    public bool IsNone => High == 0 && Low == 0 && Port == 0;

    /// <summary>False when nothing can be sent there: unspecified address (old-style hold) or port 0.</summary>
    public bool IsReachable => Port != 0 && (High != 0 || Low is not 0 and not MappedPrefix);

    /// <summary>True for an IPv4 address.</summary>
    public bool IsIPv4 => High == 0 && Low >> 32 == 0xFFFF;

    /// <summary>The IPv4 address in host order.</summary>
    public uint IPv4 => (uint)Low;

    /// <summary>Makes it from an IPv4 address in host order.</summary>
    public static PeerAddress FromIPv4(uint address, ushort port) => new(0, MappedPrefix | address, port);

    /// <summary>Makes it from the usual class.</summary>
    public static PeerAddress From(IPEndPoint endPoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        endPoint.Address.TryWriteBytes(bytes, out var written);
        return written == 4
            ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes), (ushort)endPoint.Port)
            : new PeerAddress(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), (ushort)endPoint.Port);
    }

    /// <summary>True when both are the same host, whatever the ports.</summary>
    public bool SameHost(in PeerAddress other) => High == other.High && Low == other.Low;

    /// <summary>The usual class, for logs.</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        var address = new IPAddress(bytes);
        return new IPEndPoint(IsIPv4 ? address.MapToIPv4() : address, Port);
    }

    /// <summary>Writes the sockaddr that <paramref name="family"/> sockets take; returns its length.</summary>
    public int WriteSockaddr(Span<byte> target, AddressFamily family)
    {
        target.Clear();
        if (family == AddressFamily.InterNetwork)
        {
            BitConverter.TryWriteBytes(target, (ushort)2);
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], Port);
            BinaryPrimitives.WriteUInt32BigEndian(target[4..], IPv4);
            return 16;
        }
        BitConverter.TryWriteBytes(target, (ushort)10);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], Port);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], High);
        BinaryPrimitives.WriteUInt64BigEndian(target[16..], Low);
        return 28;
    }

    /// <summary>Reads a Linux sockaddr_in or sockaddr_in6.</summary>
    public static PeerAddress ReadSockaddr(ReadOnlySpan<byte> source)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        return BitConverter.ToUInt16(source) == 2
            ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(source[4..]), port)
            : new PeerAddress(BinaryPrimitives.ReadUInt64BigEndian(source[8..]), BinaryPrimitives.ReadUInt64BigEndian(source[16..]), port);
    }
}
