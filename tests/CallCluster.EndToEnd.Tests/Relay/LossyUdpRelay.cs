using System.Net;
using System.Net.Sockets;

namespace CallCluster.EndToEnd.Tests.Relay;

/// <summary>
/// A bad network between two elements on 127.0.0.1: what comes to <see cref="FrontPort"/> goes on to the target from <see cref="BackPort"/>, and back.
/// Datagrams are dropped, doubled and overtaken with the given chance, each decided by a generator with the given seed.
/// </summary>
public sealed class LossyUdpRelay : IAsyncDisposable
{
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(60);
    private readonly Socket _front = Bound();
    private volatile Socket _back = Bound();
    private volatile IPEndPoint? _target;
    private readonly double _chance;
    private readonly Random _random;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private volatile EndPoint? _client;
    private int _passed, _dropped, _doubled, _overtaken;

    /// <param name="targetPort">Where it goes on to, on 127.0.0.1; null until <see cref="GoOnTo"/> says.</param>
    /// <param name="chance">Of each kind of harm, 0 to 1.</param>
    /// <param name="seed">Of the generator.</param>
    public LossyUdpRelay(int? targetPort, double chance, int seed)
    {
        if (targetPort is { } port) GoOnTo(port);
        _chance = chance;
        _random = new Random(seed);
        _loops.Add(Carry(_front, () => _back, () => _target, from => _client = from));
        _loops.Add(Carry(_back, () => _front, () => _client, null));
    }

    public int FrontPort => ((IPEndPoint)_front.LocalEndPoint!).Port;

    public int BackPort => ((IPEndPoint)_back.LocalEndPoint!).Port;

    /// <summary>Datagrams that came, both ways.</summary>
    public int Passed => _passed;

    public int Dropped => _dropped;

    public int Doubled => _doubled;

    public int Overtaken => _overtaken;

    public void GoOnTo(int port) => _target = new IPEndPoint(IPAddress.Loopback, port);

    /// <summary>As a NAT that has forgotten the binding: what goes on comes from a new <see cref="BackPort"/>, and nothing gets in by the old one.</summary>
    public void Rebind()
    {
        var old = _back;
        _back = Bound();
        _loops.Add(Carry(_back, () => _front, () => _client, null));
        old.Dispose();
    }

    public override string ToString() => $"{_passed} datagrams: {_dropped} dropped, {_doubled} doubled, {_overtaken} overtaken";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        _front.Dispose();
        _back.Dispose();
        _stop.Dispose();
    }

    internal static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private async Task Carry(Socket from, Func<Socket> to, Func<EndPoint?> target, Action<EndPoint>? learn)
    {
        var buffer = new byte[65536];
        byte[]? held = null;
        Task<SocketReceiveFromResult>? receive = null;
        try
        {
            while (true)
            {
                receive ??= from.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token).AsTask();
                if (held is not null && await Task.WhenAny(receive, Task.Delay(LongestHold)) != receive)
                {
                    await Send(to(), held, target());
                    held = null;
                    continue;
                }
                var result = await receive;
                receive = null;
                learn?.Invoke(result.RemoteEndPoint);
                var datagram = buffer.AsSpan(0, result.ReceivedBytes).ToArray();
                Interlocked.Increment(ref _passed);
                if (Strikes(ref _dropped)) continue;
                if (held is null && Strikes(ref _overtaken))
                {
                    held = datagram;
                    continue;
                }
                await Send(to(), datagram, target());
                if (Strikes(ref _doubled)) await Send(to(), datagram, target());
                if (held is null) continue;
                await Send(to(), held, target());
                held = null;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
        {
            // Disposed, or bound anew.
        }
    }

    private bool Strikes(ref int count)
    {
        lock (_random)
        {
            if (_random.NextDouble() >= _chance) return false;
        }
        Interlocked.Increment(ref count);
        return true;
    }

    private static async Task Send(Socket socket, byte[] datagram, EndPoint? target)
    {
        if (target is null) return;
        try
        {
            await socket.SendToAsync(datagram, SocketFlags.None, target);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The far end is not there (ICMP); to the sender that is one more loss.
        }
    }
}
