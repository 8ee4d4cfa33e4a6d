using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace CallCluster.EndToEnd.Tests.Audio;

/// <summary>
/// One end of a call's audio, beside a sipp that does the signalling: speaks G.711 that nobody else speaks, and knows whom it hears. Each packet of
/// 160 bytes carries the speaker's identity, the packet's number and bytes that follow from both, so that what arrives proves who spoke, that nothing in between was lost, and that
/// no byte was changed. A party made with a tone speaks that instead, and keeps what it hears as samples.
/// </summary>
public sealed class AudioParty : IDisposable
{
    private const int HeaderLength = 12;
    private const int PayloadLength = 160;
    private const byte ComfortNoise = 13;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _packet = new byte[HeaderLength + PayloadLength];
    private readonly byte[] _received = new byte[2048];
    private readonly byte[] _expected = new byte[PayloadLength];
    private readonly Dictionary<int, SortedSet<int>> _heard = [];
    private readonly uint _ssrc;
    private readonly int? _toneHertz;
    private readonly List<short> _samples = [];
    private byte[]? _tone;
    private byte _payloadType;
    private IPEndPoint? _remote;
    private int _next;
    private int _noises;
    private int _silences;
    private byte? _announced;
    private bool _isSilent;
    private (uint Ssrc, ushort Sequence, uint Timestamp)? _last;

    public AudioParty(int identity, int port, int? toneHertz = null)
    {
        Identity = identity;
        _toneHertz = toneHertz;
        _tone = Encoded(G711.LinearToMuLaw);
        _ssrc = (uint)identity * 2654435761;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _socket.Blocking = false;
    }

    public int Identity { get; }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public int Sent => _next;

    /// <summary>Packets' times in which it has said nothing.</summary>
    public int Silences => _silences;

    /// <summary>Whom it heard, and which of their packets.</summary>
    public IReadOnlyDictionary<int, SortedSet<int>> Heard => _heard;

    /// <summary>What a party with a tone heard, all packets in a row.</summary>
    public IReadOnlyList<short> Samples => _samples;

    /// <summary>Packets that nobody spoke, or that were changed on the way.</summary>
    public int Garbled { get; private set; }

    /// <summary>Packets whose sequence number or timestamp did not follow the one before, or whose SSRC changed (RFC 3550 5.1).</summary>
    public int Discontinuities { get; private set; }

    /// <summary>From now on it speaks to this address.</summary>
    public void SpeakTo(IPEndPoint remote) => _remote ??= remote;

    /// <summary>From now on it speaks A-law, and hears only that; returns how many samples it has heard so far.</summary>
    public int ChangeToALaw()
    {
        (_payloadType, _tone) = (8, Encoded(G711.LinearToALaw));
        return _samples.Count;
    }

    /// <summary>Says nothing from now on but that (RFC 3389), its background so many dB below overload.</summary>
    public void FallSilent(byte level) => (_announced, _isSilent) = (level, true);

    /// <summary>Speaks on.</summary>
    public void SpeakAgain() => _isSilent = false;

    /// <summary>Sends the next packet; the caller keeps the pace of one each 20 ms.</summary>
    public void Speak()
    {
        if (_remote is null) return;
        if (_isSilent && _announced is null)
        {
            _silences++;
            return;
        }
        _packet[0] = 0x80;
        _packet[1] = _isSilent ? ComfortNoise : _payloadType;
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), (ushort)(_next + _noises));
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(4), (uint)((_next + _silences) * PayloadLength));
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(8), _ssrc);
        var payload = _packet.AsSpan(HeaderLength);
        if (_isSilent)
        {
            payload[0] = _announced!.Value;
            _announced = null;
            _noises++;
            _silences++;
            Send(HeaderLength + 1);
            return;
        }
        if (_tone is null) Compose(Identity, _next, payload);
        else _tone.AsSpan(_next * PayloadLength % _tone.Length, PayloadLength).CopyTo(payload);
        _next++;
        Send(_packet.Length);
    }

    private void Send(int length)
    {
        try
        {
            _socket.SendTo(_packet.AsSpan(0, length), _remote!);
        }
        catch (SocketException)
        {
            // The other side has closed its port (ICMP).
        }
    }

    /// <summary>Takes in all that has arrived.</summary>
    public void Listen()
    {
        while (_socket.Available > 0)
        {
            int length;
            try
            {
                length = _socket.Receive(_received);
            }
            catch (SocketException)
            {
                return;
            }
            if (length >= HeaderLength && (_received[1] & 0x7F) == _payloadType) Hear(_received.AsSpan(0, length));
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Hear(ReadOnlySpan<byte> packet)
    {
        var header = (Ssrc: BinaryPrimitives.ReadUInt32BigEndian(packet[8..]), Sequence: BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), Timestamp: BinaryPrimitives.ReadUInt32BigEndian(packet[4..]));
        if (_last is { } last && header != (last.Ssrc, (ushort)(last.Sequence + 1), last.Timestamp + PayloadLength)) Discontinuities++;
        _last = header;

        var payload = packet[HeaderLength..];
        if (_tone is not null)
        {
            foreach (var code in payload) _samples.Add(_payloadType == 0 ? G711.MuLawToLinear(code) : G711.ALawToLinear(code));
            return;
        }
        if (payload.Length != PayloadLength)
        {
            Garbled++;
            return;
        }
        var identity = BinaryPrimitives.ReadInt32BigEndian(payload);
        var number = BinaryPrimitives.ReadInt32BigEndian(payload[4..]);
        Compose(identity, number, _expected);
        if (!payload.SequenceEqual(_expected))
        {
            Garbled++;
            return;
        }
        if (!_heard.TryGetValue(identity, out var numbers)) _heard[identity] = numbers = [];
        numbers.Add(number);
    }

    // One second, which any whole number of hertz fits into.
    private byte[]? Encoded(Func<short, byte> encode) => _toneHertz is { } hertz ? [.. Tone.Samples(hertz, Tone.SampleRate).Select(encode)] : null;

    private static void Compose(int identity, int number, Span<byte> payload)
    {
        BinaryPrimitives.WriteInt32BigEndian(payload, identity);
        BinaryPrimitives.WriteInt32BigEndian(payload[4..], number);
        var state = (uint)(identity * 31 + number) | 1;
        foreach (ref var value in payload[8..])
        {
            state = state * 1664525 + 1013904223;
            value = (byte)(state >> 24);
        }
    }
}
