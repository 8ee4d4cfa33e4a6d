using System.Net;
using CallCluster.Media.Ice;
using CallCluster.Media.Rtp;
using CallCluster.Media.Stun;

namespace CallCluster.Fuzz.Targets;

/// <summary>STUN messages and the ICE agent that answers them: what is read lies within the datagram, nobody who does not know the password is answered, and an answer is STUN.</summary>
internal sealed class StunTarget : IFuzzTarget
{
    private static readonly PeerAddress From = PeerAddress.From(new IPEndPoint(IPAddress.Loopback, 4711));

    // The credentials that the corpus was made with (RFC 5769 section 2.1).
    private readonly IceLiteAgent _agent = new(new IceParameters("evtj", "VOkJxbRl1RmTxUk/WvJxBt", "h6vY"));
    private readonly byte[] _answer = new byte[2048];

    public string Name => "stun";

    public IReadOnlyList<byte[]> Dictionary { get; } =
        [[0x00, 0x06, 0x00, 0x09], "evtj:h6vY\0\0\0"u8.ToArray(), [0x00, 0x08, 0x00, 0x14], [0x80, 0x28, 0x00, 0x04], [0x00, 0x24, 0x00, 0x04], [0x00, 0x25, 0x00, 0x00], [0x80, 0x29, 0x00, 0x08],
            [0x80, 0x2A, 0x00, 0x08], [0x00, 0x20, 0x00, 0x14], [0x00, 0x01, 0xFF, 0xFF], [0x00, 0x00, 0x00, 0x00], [0xFF, 0xFF, 0xFF, 0xFF]];

    public IReadOnlyList<byte[]> Openings { get; } =
        [[0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [0x01, 0x01, 0x04, 0xE8, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]];

    public int MaxLength => StunMessage.MaxLength;

    public void Run(ReadOnlySpan<byte> input)
    {
        // A message of the right length reaches what is behind that check.
        Examine(input);
        if (input.Length < StunMessage.HeaderLength)
            return;
        var fitted = input.ToArray().AsSpan(0, input.Length & ~3);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(fitted[2..], (ushort)(fitted.Length - StunMessage.HeaderLength));
        Examine(fitted);
    }

    private void Examine(ReadOnlySpan<byte> datagram)
    {
        var check = _agent.Examine(datagram, From, _answer, out var length);
        Promise.Holds(length == 0 || StunMessage.TryParse(_answer.AsSpan(0, length), out _));
        if (!StunMessage.TryParse(datagram, out var message))
        {
            Promise.Holds(check == IceCheck.Refused && length == 0);
            return;
        }
        Promise.Holds(length == 0 || message.HasIntegrity("VOkJxbRl1RmTxUk/WvJxBt"u8));
        _ = message.TryReadMappedAddress(out _);
        Promise.Holds(message.ReadErrorCode() is 0 or (>= 300 and <= 699));
        Span<int> unknown = stackalloc int[4];
        Promise.Holds(message.UnknownRequired(unknown) is >= 0 and <= 4);
        for (var type = 0; type < 0x30; type++)
            Promise.Holds(!message.TryFind(type, out var value) || value.Length <= datagram.Length - StunMessage.HeaderLength - 4);
    }
}
