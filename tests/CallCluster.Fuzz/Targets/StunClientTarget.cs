using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using CallCluster.Media.Stun;

namespace CallCluster.Fuzz.Targets;

/// <summary>What is taken for a STUN server's answer: an address that peers can send to, of the family that was asked for, and only with the transaction of the request; or an error that says what is wrong.</summary>
internal sealed class StunClientTarget : IFuzzTarget
{
    private static readonly StunServer Server = new("stun.example", 3478);

    // As all of the corpus that begins with RFC 5769's transaction.
    private static readonly byte[] Request = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 0xB7, 0xE7, 0xA7, 0x01, 0xBC, 0x34, 0xD6, 0x86, 0xFA, 0x87, 0xDF, 0xAE];

    public string Name => "stun-client";

    public string Corpus => "stun";

    public IReadOnlyList<byte[]> Dictionary { get; } =
        [[0, 0x20, 0, 8, 0, 1, 0xA1, 0x47], [0, 0x20, 0, 20, 0, 2, 0xA1, 0x47], [0, 1, 0, 8, 0, 1, 0, 80, 203, 0, 113, 7], [0, 1, 0, 8, 0, 1, 0, 80, 0, 0, 0, 0], [0, 9, 0, 4, 0, 0, 4, 0], [0x80, 0x28, 0, 4], [0x21, 0x12, 0xA4, 0x42],
            [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF]];

    public IReadOnlyList<byte[]> Openings { get; } = [[0x01, 0x01, 0, 12, .. Request.AsSpan(4)], [0x01, 0x11, 0, 8, .. Request.AsSpan(4)]];

    public int MaxLength => StunMessage.MaxLength;

    public void Run(ReadOnlySpan<byte> input)
    {
        Read(input);
        if (input.Length < StunMessage.HeaderLength)
            return;
        // An answer of the right length, to this request.
        var fitted = input.ToArray().AsSpan(0, input.Length & ~3);
        BinaryPrimitives.WriteUInt16BigEndian(fitted[2..], (ushort)(fitted.Length - StunMessage.HeaderLength));
        Request.AsSpan(4).CopyTo(fitted[4..]);
        Read(fitted);
    }

    private static void Read(ReadOnlySpan<byte> datagram)
    {
        foreach (var family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            try
            {
                var address = StunClient.Read(datagram, Request, Server, family);
                if (address is null)
                    continue;
                Promise.Holds(datagram[4..StunMessage.HeaderLength].SequenceEqual(Request.AsSpan(4)));
                Promise.Holds(address.AddressFamily == family && !address.IsIPv6Multicast && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.Broadcast));
            }
            catch (StunException e)
            {
                Promise.Holds(e.Message.Contains("Name another", StringComparison.Ordinal));
            }
        }
    }
}
