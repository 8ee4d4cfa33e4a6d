using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using CallCluster.Media.Srtp;

namespace CallCluster.Benchmarks.Media;

/// <summary>
/// What a packet of 20 ms of G.711 (172 bytes) costs to protect, and to protect and unprotect, with the caches warm and one key: what the media engine adds to that is media.sh's to measure.
/// Run: dotnet run -c Release --project tests/CallCluster.Benchmarks -- bdn --filter *SrtpBenchmarks*
/// </summary>
[MemoryDiagnoser]
public class SrtpBenchmarks
{
    private readonly byte[] _packet = new byte[172];
    private readonly byte[] _protected = new byte[172 + SrtpCipher.MaxOverhead];
    private SrtpSender _sender = null!;
    private SrtpReceiver _receiver = null!;
    private ushort _sequence;

    [Params(SrtpSuite.AesCm128HmacSha1Tag80, SrtpSuite.AesCm256HmacSha1Tag80, SrtpSuite.AeadAes128Gcm, SrtpSuite.AeadAes256Gcm)]
    public SrtpSuite Suite { get; set; }

    [GlobalSetup]
    public void Begin()
    {
        var key = new SrtpMasterKey(Suite, new byte[Suite.KeyLength() + Suite.SaltLength()]);
        (_sender, _receiver) = (new SrtpSender(key), new SrtpReceiver(key));
        _packet[0] = 0x80;
    }

    [GlobalCleanup]
    public void End()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    [Benchmark]
    public int Protect()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), _sequence++);
        return _sender.ProtectRtp(_packet, _protected);
    }

    [Benchmark]
    public bool ProtectAndUnprotect()
    {
        var datagram = _protected.AsSpan(0, Protect());
        return _receiver.TryUnprotectRtp(ref datagram, out _) ? true : throw new InvalidOperationException("The packet was refused.");
    }
}
