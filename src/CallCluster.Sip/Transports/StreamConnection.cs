using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.Transports;

/// <summary>
/// One connection: whole messages go up, sends queue up and are written in order by one pump. A framing error closes it, since the next message's start is
/// unknown. Only what is marked so runs without the endpoint's lock.
/// </summary>
internal sealed partial class StreamConnection : SipConnection, ISipTimerOwner, IChannelReceiver, IDisposable
{
    private static readonly byte[] Pong = "\r\n"u8.ToArray();
    private readonly StreamTransport _transport;
    private readonly ITransportSink _sink;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SipTimer _idleTimer;
    private readonly KeepAlive _keepAlive;
    private readonly bool _isOurs;
    private readonly Queue<byte[]> _outgoing = [];
    private readonly CancellationTokenSource _closing = new();
    private IMessageChannel? _channel;
    private int _queuedBytes;
    private bool _pumping;
    private bool _closed;
    private long _lastActivity;

    internal StreamConnection(StreamTransport transport, ITransportSink sink, IPEndPoint remote, string? host, bool isOurs, TimeProvider time, ILogger logger)
        : base(remote, host)
    {
        _transport = transport;
        _sink = sink;
        _isOurs = isOurs;
        _time = time;
        _logger = logger;
        _idleTimer = new SipTimer(this);
        _keepAlive = new KeepAlive(this, transport);
        Touch();
        transport.Timers.Schedule(_idleTimer, transport.OpeningTimeout);
    }

    internal override bool IsOpen => !_closed;

    internal override bool Send(ReadOnlySpan<byte> message)
    {
        Touch();
        return SendKeepAlive(message);
    }

    /// <summary>As <see cref="Send"/>, but the connection counts as idle all the same.</summary>
    internal bool SendKeepAlive(ReadOnlySpan<byte> bytes)
    {
        if (_closed)
            return false;
        if (_queuedBytes + bytes.Length > _transport.MaxQueuedBytes)
        {
            LogInformationSlow(Remote);
            SipMetrics.Dropped("connection-slow");
            Close();
            return false;
        }

        _queuedBytes += bytes.Length;
        _outgoing.Enqueue(bytes.ToArray());
        Pump();
        return true;
    }

    /// <summary>A keep-alive was not answered.</summary>
    internal void OnSilent()
    {
        SipMetrics.Dropped("connection-silent");
        LogInformationSilent(Remote);
        Close();
    }

    internal override void Close()
    {
        if (_closed)
            return;
        _closed = true;
        _outgoing.Clear();
        _transport.Timers.Cancel(_idleTimer);
        _keepAlive.Stop();
        _transport.Forget(this);
        _closing.Cancel();
        _channel?.Dispose();
        _sink.OnConnectionClosed(this);
    }

    /// <summary>Runs the connection until it ends; the channel is there once the returned task's first part is done. Without the lock.</summary>
    internal async Task RunAsync(Func<CancellationToken, ValueTask<OpenedChannel>> open)
    {
        try
        {
            var (channel, names) = await open(_closing.Token).ConfigureAwait(false);
            lock (_transport.Gate)
            {
                _channel = channel;
                PeerNames = names;
                if (_closed)
                {
                    channel.Dispose();
                    return;
                }

                _transport.Timers.Schedule(_idleTimer, _transport.IdleTimeout);
                if (_isOurs)
                    _keepAlive.Start();
                Pump();
            }

            await channel.ReceiveAsync(this, _closing.Token).ConfigureAwait(false);
        }
        catch (AuthenticationException exception)
        {
            LogInformationHandshake(Remote, exception.InnerException?.Message ?? exception.Message);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException or WebSocketException)
        {
            LogDebugEnded(Remote, exception.Message);
        }
        catch (Exception exception)
        {
            SipMetrics.DatagramThrew();
            LogErrorConnection(exception, Remote);
        }
        finally
        {
            lock (_transport.Gate)
                Close();
            Dispose();
        }
    }

    public void Dispose() => _closing.Dispose();

    public void OnTimer(SipTimer timer)
    {
        if (_channel is null)
        {
            SipMetrics.Dropped("connection-never-opened");
            LogInformationNeverOpened(Remote, _transport.OpeningTimeout);
            Close();
            return;
        }

        var left = _transport.IdleTimeout - _time.GetElapsedTime(_lastActivity);
        var held = HeldUntil - _time.GetUtcNow();
        if (held > left)
            left = held;
        if (left > TimeSpan.Zero)
            _transport.Timers.Schedule(timer, left);
        else if (Waiting.Count > 0 || _sink.IsInUse(this))
            _transport.Timers.Schedule(timer, _transport.IdleTimeout);
        else
            Close();
    }

    public void OnMessage(ReadOnlySpan<byte> message)
    {
        Touch();
        Deliver(message);
    }

    public void OnPing()
    {
        Touch();
        lock (_transport.Gate)
            Send(Pong);
    }

    public void OnPong()
    {
        lock (_transport.Gate)
            _keepAlive.OnPong();
    }

    public void OnUnframed(SipParseError error, ReadOnlySpan<byte> rest)
    {
        LogInformationFraming(Remote, error);
        // The parser finds the same fault and answers it where it can.
        if (!rest.IsEmpty)
            Deliver(rest);
    }

    private void Deliver(ReadOnlySpan<byte> message)
    {
        try
        {
            _sink.OnMessage(new SipFlow(_transport, Remote, this, Host), message);
        }
        catch (Exception exception)
        {
            SipMetrics.DatagramThrew();
            LogErrorConnection(exception, Remote);
        }
    }

    // Under the lock: writes until one does not complete at once, then goes on from there.
    private void Pump()
    {
        if (_pumping || _channel is null)
            return;
        _pumping = true;
        _ = PumpAsync(_channel);
    }

    private async Task PumpAsync(IMessageChannel channel)
    {
        try
        {
            while (TryDequeue(out var next))
                await channel.SendAsync(next, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogDebugEnded(Remote, exception.Message);
            lock (_transport.Gate)
                Close();
        }
    }

    private bool TryDequeue(out byte[] next)
    {
        lock (_transport.Gate)
        {
            if (_outgoing.TryDequeue(out next!))
            {
                _queuedBytes -= next.Length;
                return true;
            }

            _pumping = false;
            return false;
        }
    }

    private void Touch() => Volatile.Write(ref _lastActivity, _time.GetTimestamp());

    [LoggerMessage(Level = LogLevel.Information, Message = "TLS handshake with {Remote} failed ({Reason}). If it is a real peer, compare its protocol versions, its authorities and ours.")]
    private partial void LogInformationHandshake(IPEndPoint remote, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The SIP connection with {Remote} was not there after {Timeout} and was given up. If it is a real peer, check the firewall between, and that it speaks TLS exactly where we do.")]
    private partial void LogInformationNeverOpened(IPEndPoint remote, TimeSpan timeout);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Remote} no longer answers the keep-alive of the SIP connection to it, which was closed. Check that peer and the network to it.")]
    private partial void LogInformationSilent(IPEndPoint remote);

    [LoggerMessage(Level = LogLevel.Information, Message = "The SIP connection to {Remote} takes its messages too slowly and was closed. Check that peer and the network to it.")]
    private partial void LogInformationSlow(IPEndPoint remote);

    [LoggerMessage(Level = LogLevel.Information, Message = "The SIP connection to {Remote} sent what cannot be framed ({Error}) and was closed. The peer's software is at fault.")]
    private partial void LogInformationFraming(IPEndPoint remote, SipParseError error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The SIP connection to {Remote} ended: {Reason}")]
    private partial void LogDebugEnded(IPEndPoint remote, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message from {Remote} made the stack throw; the connection goes on. Report this as a bug.")]
    private partial void LogErrorConnection(Exception exception, IPEndPoint remote);
}
