using CallCluster.Media.Rtp;
using CallCluster.Media.Srtp;

namespace CallCluster.Fuzz.Targets;

/// <summary>SRTP and SRTCP under a key that nobody knows: nothing passes, and what was sent with the key still does afterwards.</summary>
internal sealed class SrtpTarget : IFuzzTarget
{
    private readonly (SrtpSender Sender, SrtpReceiver Receiver)[] _contexts = [.. Enum.GetValues<SrtpSuite>().Select(suite =>
    {
        var key = new SrtpMasterKey(suite, [.. Enumerable.Range(1, suite.KeyLength() + suite.SaltLength()).Select(i => (byte)i)]);
        return (new SrtpSender(key), new SrtpReceiver(key));
    })];
    private readonly byte[] _packet = new byte[2048];
    private ushort _sequence;

    public string Name => "srtp";

    public IReadOnlyList<byte[]> Dictionary { get; } = [[0x80, 0x00], [0x90, 0x00], [0x8F, 0x00], [0x80, 0xC8, 0x00, 0x06], [0x81, 0xC9, 0x00, 0x07], [0x80, 0x00, 0x00, 0x01], [0, 0, 0, 7], [0xFF, 0xFF, 0xFF, 0xFF], [0]];

    public IReadOnlyList<byte[]> Openings { get; } = [[0x80, 0x00, 0x00, 0x01, 0, 0, 0, 160, 0, 0, 0, 7], [0x80, 0xC9, 0x00, 0x01, 0, 0, 0, 7], [0xBF, 0x80, 0xFF, 0xFF, 0, 0, 0, 160, 0, 0, 0, 7]];

    public int MaxLength => RtpHeader.MaxDatagram;

    public void Run(ReadOnlySpan<byte> input)
    {
        var sequence = _sequence++;
        Span<byte> plain = stackalloc byte[RtpHeader.Length + 20];
        RtpHeader.Write(plain, 0, marker: false, sequence, 160u * sequence, ssrc: 7);
        foreach (var (sender, receiver) in _contexts)
        {
            Span<byte> copy = input.ToArray();
            Promise.Holds(!receiver.TryUnprotectRtp(ref copy, out _));
            copy = input.ToArray();
            Promise.Holds(!receiver.TryUnprotectRtcp(ref copy, out _));
            Span<byte> good = _packet.AsSpan(0, sender.ProtectRtp(plain, _packet));
            Promise.Holds(receiver.TryUnprotectRtp(ref good, out _) && good.SequenceEqual(plain));
        }
    }
}
