using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;
using CallCluster.Media.Tests.Engine;

namespace CallCluster.Media.Tests.Mixing;

/// <summary>A phone that says one tone all the time and keeps what it hears.</summary>
internal sealed class Talker(RtpPeer peer, MediaStream stream, double hertz, MediaCodec codec, int milliseconds)
{
    private readonly AudioEncoder _encoder = new();
    private readonly AudioDecoder _decoder = new();
    private readonly List<short> _heard = [];
    private int _said;
    private ushort _sequence;

    public const double Amplitude = 6000;

    public RtpPeer Peer => peer;

    public MediaStream Stream => stream;

    public List<RtpPacket> Packets { get; } = [];

    public short[] Heard => [.. _heard];

    /// <summary>Says what is due until then; returns how many packets that took.</summary>
    public int SayUntil(int samples)
    {
        var packets = 0;
        for (var length = milliseconds * 8; _said + length <= samples; _said += length, packets++)
        {
            short[] tone = [.. Enumerable.Range(_said, length).Select(i => (short)(Amplitude * Math.Sin(2 * Math.PI * hertz * i / 8000)))];
            var payload = new byte[length];
            _encoder.Encode(tone, payload, codec);
            peer.Send(stream.LocalPort, new RtpPacket((int)codec, _sequence++, (uint)_said, peer.Ssrc, payload));
        }
        return packets;
    }

    /// <summary>Says nothing for a while.</summary>
    public void Pause(int samples) => _said += samples;

    public RtpPacket Hear()
    {
        var packet = peer.Receive();
        Packets.Add(packet);
        if (packet.PayloadType != (int)codec)
            return packet;
        var samples = new short[packet.Payload.Length];
        _decoder.Decode(packet.Payload, samples, codec);
        _heard.AddRange(samples);
        return packet;
    }

    public void Forget()
    {
        _heard.Clear();
        Packets.Clear();
    }

    /// <summary>The amplitude of another's tone in the second half of what was heard, in its own (Goertzel).</summary>
    public double Loudness(double frequency)
    {
        var half = _heard.Count / 2 / 160 * 160;
        double one = 0, two = 0;
        var coefficient = 2 * Math.Cos(2 * Math.PI * frequency / 8000);
        for (var i = _heard.Count - half; i < _heard.Count; i++)
            (one, two) = (_heard[i] + coefficient * one - two, one);
        return Math.Sqrt(one * one + two * two - coefficient * one * two) * 2 / half / Amplitude;
    }
}
