using CallCluster.Sip.Timers;

namespace CallCluster.Sip.Transports;

/// <summary>
/// Pings on a connection that we opened (RFC 5626 §4.4.1), unasked: line ends before a message mean nothing to who does not know pings (RFC 3261 §7.5). A peer that
/// never answered one is let be; one that did is gone when it leaves one unanswered. Under the endpoint's lock.
/// </summary>
internal sealed class KeepAlive(StreamConnection connection, StreamTransport transport) : ISipTimerOwner
{
    private readonly byte[] _ping = "\r\n\r\n"u8.ToArray();
    private SipTimer? _timer;
    private bool _isAnswered;
    private bool _isPending;

    internal void Start() => transport.Timers.Schedule(_timer = new SipTimer(this), transport.PingEvery);

    internal void Stop()
    {
        if (_timer is not null)
            transport.Timers.Cancel(_timer);
    }

    internal void OnPong()
    {
        if (!_isPending || _timer is null)
            return;
        _isAnswered = true;
        _isPending = false;
        transport.Timers.Schedule(_timer, transport.PingEvery);
    }

    public void OnTimer(SipTimer timer)
    {
        if (_isPending && _isAnswered)
        {
            connection.OnSilent();
            return;
        }

        _isPending = !_isPending && connection.SendKeepAlive(_ping);
        if (connection.IsOpen)
            transport.Timers.Schedule(timer, _isPending ? transport.PongWithin : transport.PingEvery);
    }
}
