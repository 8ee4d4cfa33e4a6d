using BenchmarkDotNet.Attributes;
using CallCluster.Media.Codecs;
using CallCluster.Media.Dtmf;
using CallCluster.Media.Jitter;
using CallCluster.Media.Prompts;
using CallCluster.Media.Rtp;

namespace CallCluster.Benchmarks.Media;

/// <summary>
/// What a bridge between two codecs adds to a packet of 20 ms: into order, decoded, kept for concealment, encoded. Goal: 5 us.
/// Run: dotnet run -c Release --project tests/CallCluster.Benchmarks -- bdn --filter *TranscodeBenchmarks*
/// </summary>
[MemoryDiagnoser]
public class TranscodeBenchmarks
{
    private const int Frame = 160;
    private readonly AudioReception _reception = new();
    private readonly AudioEncoder _encoder = new();
    private readonly InbandDtmfDetector _detector = new();
    private readonly byte[] _out = new byte[Frame];
    private readonly short[] _speech = Tones.Babble(TimeSpan.FromSeconds(10), 1);
    private readonly Prompt _prompt;
    private ushort _sequence;

    public TranscodeBenchmarks() => _prompt = Prompt.FromPcm("speech", _speech);

    [Benchmark]
    public byte PcmuToG722() => Transcode(MediaCodec.Pcmu, MediaCodec.G722);

    [Benchmark]
    public byte G722ToPcmu() => Transcode(MediaCodec.G722, MediaCodec.Pcmu);

    [Benchmark]
    public byte PcmuToPcma()
    {
        Payload(MediaCodec.Pcmu).CopyTo(_out);
        G711.Transcode(_out, G711Law.Mu, G711Law.A);
        return _out[0];
    }

    [Benchmark]
    public bool DetectTones()
    {
        ReadOnlySpan<short> samples = _speech.AsSpan(_sequence++ % 500 * Frame, Frame);
        return _detector.TryDetect(ref samples, out _);
    }

    private byte Transcode(MediaCodec from, MediaCodec to)
    {
        _reception.Add(new RtpHeader((byte)from, false, _sequence, _sequence * (uint)Frame, 1, PayloadLength: Frame), Payload(from), from);
        _sequence++;
        while (_reception.TryNext(out var samples, out _))
            _encoder.Encode(samples, _out, to);
        return _out[0];
    }

    private ReadOnlySpan<byte> Payload(MediaCodec codec) => _prompt.Encoded(codec).Span.Slice(_sequence % 500 * Frame, Frame);
}
