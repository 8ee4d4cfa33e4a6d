using System.Net;
using CallCluster.Media.Dtls;
using CallCluster.Media.Engine;

namespace CallCluster.Benchmarks.Media;

/// <summary>DTLS handshakes beside the calls of a <see cref="RelayRun"/>: pairs of streams of its engine make keys with each other, so that each pair is two of them.</summary>
internal sealed class HandshakeLoad : IMediaStreamHandler, IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(2);
    private readonly MediaEngine _engine;
    private readonly Timer _timer;
    private readonly Queue<(MediaStream Client, MediaStream Server)> _pairs = new();
    private readonly int _kept;

    /// <param name="engine">Whose streams they are.</param>
    /// <param name="perSecond">Ends of handshakes begun in a second.</param>
    public HandshakeLoad(MediaEngine engine, int perSecond)
    {
        _engine = engine;
        var pause = TimeSpan.FromSeconds(2.0 / perSecond);
        _kept = (int)(Life / pause);
        _timer = new Timer(_ => Next(), null, pause, pause);
    }

    public void Dispose() => _timer.Dispose();

    private void Next()
    {
        lock (_pairs)
        {
            var (client, server) = (_engine.Open(this), _engine.Open(this));
            server.Configure(Towards(client, DtlsRole.Server));
            client.Configure(Towards(server, DtlsRole.Client));
            _pairs.Enqueue((client, server));
            if (_pairs.Count <= _kept)
                return;
            (client, server) = _pairs.Dequeue();
            client.Dispose();
            server.Dispose();
        }
    }

    private MediaStreamParameters Towards(MediaStream peer, DtlsRole role) => new()
    {
        Remote = new IPEndPoint(IPAddress.Loopback, peer.LocalPort),
        AllowLatch = false,
        RtcpMux = true,
        Dtls = new DtlsParameters(role, [_engine.Fingerprint]),
    };
}
