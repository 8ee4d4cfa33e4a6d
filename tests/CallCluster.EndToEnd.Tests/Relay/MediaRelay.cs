using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CallCluster.EndToEnd.Tests.Relay;

/// <summary>
/// A bad network for the audio between a phone and the edge, both on 127.0.0.1: it stands in the way of the phone's first INVITE, puts its own RTP ports in place of those in the SDP of both (all have
/// five digits, so that no length changes), and carries the RTP. What else goes between the two is none of its business, RTCP is lost.
/// </summary>
public sealed class MediaRelay : IAsyncDisposable
{
    private readonly Socket _front = LossyUdpRelay.Bound();
    private readonly Socket _back = LossyUdpRelay.Bound();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _loops;
    private volatile EndPoint? _phone;

    /// <param name="edgePort">SIP port of the edge.</param>
    /// <param name="chance">Of each kind of harm to a packet, 0 to 1.</param>
    /// <param name="seed">Of the generator.</param>
    public MediaRelay(int edgePort, double chance, int seed)
    {
        Audio = new LossyUdpRelay(targetPort: null, chance, seed);
        var edge = new IPEndPoint(IPAddress.Loopback, edgePort);
        _loops =
        [
            Carry(_front, _back, from => { _phone = from; return edge; }, message => WithRtpPort(message, Audio.BackPort, out _)),
            Carry(_back, _front, _ => _phone, message =>
            {
                message = WithRtpPort(message, Audio.FrontPort, out var port);
                if (port is { } rtp) Audio.GoOnTo(rtp);
                return message;
            }),
        ];
    }

    /// <summary>Where the phone sends its INVITE.</summary>
    public int SipPort => ((IPEndPoint)_front.LocalEndPoint!).Port;

    public LossyUdpRelay Audio { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        _front.Dispose();
        _back.Dispose();
        _stop.Dispose();
        await Audio.DisposeAsync();
    }

    private async Task Carry(Socket from, Socket to, Func<EndPoint, EndPoint?> target, Func<string, string> change)
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                var result = await from.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                var message = change(Encoding.Latin1.GetString(buffer, 0, result.ReceivedBytes));
                if (target(result.RemoteEndPoint) is { } next) await to.SendToAsync(Encoding.Latin1.GetBytes(message), SocketFlags.None, next);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private static string WithRtpPort(string message, int port, out int? replaced)
    {
        const string mark = "\nm=audio ";
        replaced = null;
        var at = message.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0) return message;
        at += mark.Length;
        var digits = message.AsSpan(at, 5);
        Assert.True(int.TryParse(digits, out var theirs) && port is >= 10000 and <= 65535, $"ports of five digits: {digits}, {port}");
        replaced = theirs;
        return $"{message[..at]}{port}{message[(at + 5)..]}";
    }
}
