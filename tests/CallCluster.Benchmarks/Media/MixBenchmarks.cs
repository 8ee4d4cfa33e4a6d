using BenchmarkDotNet.Attributes;
using CallCluster.Media.Codecs;
using CallCluster.Media.Jitter;
using CallCluster.Media.Mixing;
using CallCluster.Media.Prompts;
using CallCluster.Media.Rtp;

namespace CallCluster.Benchmarks.Media;

/// <summary>
/// What 20 ms of a mix cost, sockets apart: each member's packet decoded and kept, and each member's sum encoded.
/// Run: dotnet run -c Release --project tests/CallCluster.Benchmarks -- bdn --filter *MixBenchmarks*
/// </summary>
[MemoryDiagnoser]
public class MixBenchmarks
{
    private const int Frame = 160;
    private readonly byte[] _out = new byte[Frame];
    private readonly Prompt _prompt = Prompt.FromPcm("speech", Tones.Babble(TimeSpan.FromSeconds(10), 1));
    private AudioReception[] _receptions = [];
    private MixMember[] _members = [];
    private ushort _sequence;

    [Params(3, 10)]
    public int Members { get; set; }

    [Params(MediaCodec.Pcmu, MediaCodec.G722)]
    public MediaCodec Codec { get; set; }

    [GlobalSetup]
    public void Begin()
    {
        _receptions = [.. Enumerable.Range(0, Members).Select(_ => new AudioReception())];
        _members = [.. Enumerable.Range(0, Members).Select(_ => new MixMember(null!, null!))];
        foreach (var member in _members) member.Hears = [.. _members.Where(other => other != member)];
    }

    [Benchmark]
    public byte Tick()
    {
        var payload = _prompt.Encoded(Codec).Span.Slice(_sequence % 500 * Frame, Frame);
        for (var i = 0; i < _members.Length; i++)
        {
            _receptions[i].Add(new RtpHeader((byte)Codec, false, _sequence, _sequence * (uint)Frame, 1, PayloadLength: Frame), payload, Codec);
            while (_receptions[i].TryNext(out var samples, out var frame)) _members[i].Said.Write(frame, samples);
        }

        _sequence++;
        foreach (var member in _members) member.Take();
        foreach (var member in _members)
        {
            member.Hear();
            member.TryEncode(_out, Codec);
        }

        return _out[0];
    }
}
