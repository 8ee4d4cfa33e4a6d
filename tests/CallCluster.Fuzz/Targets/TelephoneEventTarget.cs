using System.Buffers.Binary;
using CallCluster.Media.Dtmf;

namespace CallCluster.Fuzz.Targets;

/// <summary>RFC 4733 as packets in a row, 12 bytes each: SSRC, timestamp, payload. A key is one of the sixteen, and no packet gives more than one.</summary>
internal sealed class TelephoneEventTarget : IFuzzTarget
{
    private const int PacketLength = 12;

    public string Name => "telephone-event";

    public IReadOnlyList<byte[]> Dictionary { get; } =
        [[0, 0, 0, 1, 0, 0, 0, 160, 5, 0x0A, 0, 160], [0, 0, 0, 1, 0, 0, 0, 160, 5, 0x8A, 3, 32], [0, 0, 0, 1, 0, 1, 0, 159, 5, 0x0A, 0xFF, 0xFF], [255], [0], [16, 0x8A, 0, 0], [0x7F, 0xFF, 0xFF, 0xFF]];

    public IReadOnlyList<byte[]> Openings { get; } = [[0, 0, 0, 1, 0, 0, 0, 160, 5, 0x0A, 0, 160]];

    public int MaxLength => 100 * PacketLength;

    public void Run(ReadOnlySpan<byte> input)
    {
        var receiver = new DtmfReceiver();
        Span<byte> written = stackalloc byte[TelephoneEvent.Length];
        while (!input.IsEmpty)
        {
            var packet = input[..Math.Min(PacketLength, input.Length)];
            input = input[packet.Length..];
            if (packet.Length < 8 || !TelephoneEvent.TryParse(packet[8..], out var received))
                continue;
            var isNew = receiver.Receive(received, BinaryPrimitives.ReadUInt32BigEndian(packet), BinaryPrimitives.ReadUInt32BigEndian(packet[4..]), out var digit);
            Promise.Holds(!isNew || "0123456789*#ABCD".Contains(digit, StringComparison.Ordinal));
            received.Write(written);
            Promise.Holds(TelephoneEvent.TryParse(written, out var again) && again == received);
        }
    }
}
