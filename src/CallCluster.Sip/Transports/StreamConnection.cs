using System.Buffers;
using System.Net;
using System.Net.Sockets;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.Transports;

/// <summary>
/// SIP framed on a byte stream (RFC 3261 §18.3): whole messages go up, sends queue up and are written in order by one pump. A framing error closes it,
/// since the next message's start is unknown. Only what is marked so runs without the endpoint's lock.
/// </summary>
internal sealed partial class StreamConnection : SipConnection, ISipTimerOwner, IDisposable
{
    private const int InitialBuffer = 4096;
    private static readonly byte[] Pong = "\r\n"u8.ToArray();
    private readonly TcpTransport _transport;
    private readonly ITransportSink _sink;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SipTimer _idleTimer;
    private readonly Queue<byte[]> _outgoing = [];
    private readonly CancellationTokenSource _closing = new();
    private Stream? _stream;
    private int _queuedBytes;
    private bool _pumping;
    private bool _closed;
    private long _lastActivity;

    internal StreamConnection(TcpTransport transport, ITransportSink sink, IPEndPoint remote, TimeProvider time, ILogger logger)
        : base(remote)
    {
        _transport = transport;
        _sink = sink;
        _time = time;
        _logger = logger;
        _idleTimer = new SipTimer(this);
        Touch();
        transport.Timers.Schedule(_idleTimer, transport.IdleTimeout);
    }

    internal override bool IsOpen => !_closed;

    internal override bool Send(ReadOnlySpan<byte> message)
    {
        if (_closed)
            return false;
        if (_queuedBytes + message.Length > _transport.MaxQueuedBytes)
        {
            LogInformationSlow(Remote);
            SipMetrics.Dropped("connection-slow");
            Close();
            return false;
        }

        Touch();
        _queuedBytes += message.Length;
        _outgoing.Enqueue(message.ToArray());
        Pump();
        return true;
    }

    internal override void Close()
    {
        if (_closed)
            return;
        _closed = true;
        _outgoing.Clear();
        _transport.Timers.Cancel(_idleTimer);
        _transport.Forget(this);
        _closing.Cancel();
        _stream?.Dispose();
        _sink.OnConnectionClosed(this);
    }

    /// <summary>Runs the connection until it ends; the stream is there once the returned task's first part is done. Without the lock.</summary>
    internal async Task RunAsync(Func<CancellationToken, ValueTask<Stream>> open)
    {
        try
        {
            var stream = await open(_closing.Token).ConfigureAwait(false);
            lock (_transport.Gate)
            {
                _stream = stream;
                if (_closed)
                {
                    stream.Dispose();
                    return;
                }

                Pump();
            }

            await ReceiveAsync(stream).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
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
        var idle = _time.GetElapsedTime(_lastActivity);
        if (idle >= _transport.IdleTimeout && Waiting.Count == 0)
            Close();
        else
            _transport.Timers.Schedule(timer, idle < _transport.IdleTimeout ? _transport.IdleTimeout - idle : _transport.IdleTimeout);
    }

    private async Task ReceiveAsync(Stream stream)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(InitialBuffer);
        var framer = new SipFramer();
        var filled = 0;
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(filled), _closing.Token).ConfigureAwait(false);
                if (read == 0)
                    return;
                filled += read;
                Touch();
                if (!TryDeliver(framer, buffer.AsSpan(0, filled), out var taken))
                    return;
                filled -= taken;
                buffer.AsSpan(taken, filled).CopyTo(buffer);
                if (filled == buffer.Length)
                    Grow(ref buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool TryDeliver(SipFramer framer, ReadOnlySpan<byte> buffered, out int taken)
    {
        taken = 0;
        while (true)
        {
            var frame = framer.Read(buffered[taken..]);
            switch (frame.Kind)
            {
                case SipFrameKind.NeedMore:
                    return true;
                case SipFrameKind.Message:
                    Deliver(buffered.Slice(taken, frame.Length));
                    break;
                case SipFrameKind.Ping:
                    lock (_transport.Gate)
                        Send(Pong);
                    break;
                case SipFrameKind.Error:
                    // The parser finds the same fault and answers it where it can.
                    LogInformationFraming(Remote, frame.Error);
                    Deliver(buffered[taken..]);
                    return false;
            }

            taken += frame.Length;
        }
    }

    private void Deliver(ReadOnlySpan<byte> message)
    {
        try
        {
            _sink.OnMessage(new SipFlow(_transport, Remote, this), message);
        }
        catch (Exception exception)
        {
            SipMetrics.DatagramThrew();
            LogErrorConnection(exception, Remote);
        }
    }

    // The framer refuses what is longer than a message may be, so this ends.
    private static void Grow(ref byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    // Under the lock: writes until one does not complete at once, then goes on from there.
    private void Pump()
    {
        if (_pumping || _stream is null)
            return;
        _pumping = true;
        _ = PumpAsync(_stream);
    }

    private async Task PumpAsync(Stream stream)
    {
        try
        {
            while (TryDequeue(out var next))
                await stream.WriteAsync(next, _closing.Token).ConfigureAwait(false);
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

    [LoggerMessage(Level = LogLevel.Information, Message = "The SIP connection to {Remote} takes its messages too slowly and was closed. Check that peer and the network to it.")]
    private partial void LogInformationSlow(IPEndPoint remote);

    [LoggerMessage(Level = LogLevel.Information, Message = "The SIP connection to {Remote} sent what cannot be framed ({Error}) and was closed. The peer's software is at fault.")]
    private partial void LogInformationFraming(IPEndPoint remote, SipParseError error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The SIP connection to {Remote} ended: {Reason}")]
    private partial void LogDebugEnded(IPEndPoint remote, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message from {Remote} made the stack throw; the connection goes on. Report this as a bug.")]
    private partial void LogErrorConnection(Exception exception, IPEndPoint remote);
}
