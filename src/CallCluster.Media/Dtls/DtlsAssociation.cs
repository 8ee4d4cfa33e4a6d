using System.Collections.Concurrent;
using CallCluster.Media.Rtp;
using CallCluster.Media.Srtp;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace CallCluster.Media.Dtls;

/// <summary>
/// One handshake and what follows it, of one stream. Datagrams come in from the media thread and wait in a bounded queue; the library, which blocks, runs on a thread of
/// <see cref="DtlsHandshakes"/>, and only while there is something to do: nothing is spent on a peer that never sends.
/// </summary>
internal sealed class DtlsAssociation : DatagramTransport, IDisposable
{
    // The largest flight, a certificate chain in fragments, is a handful; what an attacker adds is dropped as the network drops.
    private const int MaxQueued = 32;

    // Each costs a signature at most.
    private const int MaxAttempts = 20;
    private const int ReceiveLimit = RtpHeader.MaxDatagram;
    private const int SendLimit = 1200;
    private static readonly TimeSpan HelloTime = TimeSpan.FromSeconds(1);

    // After the handshake: room for a flight that the peer repeats a few times, and no more for whoever forges its address.
    private const int MaxAfterwards = 16;
    private static readonly TimeSpan AfterwardsTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StallTime = TimeSpan.FromSeconds(2);

    // What a peer sends as application data is nobody's.
    private static readonly byte[] Unused = new byte[ReceiveLimit];
    private readonly DtlsHandshakes _handshakes;
    private readonly IDtlsOwner _owner;
    private readonly BlockingCollection<byte[]> _queue = new(MaxQueued);
    private readonly ITimer _deadline;
    private DtlsTransport? _transport;
    private DtlsFailure _failure;
    private bool _wasRefused;
    private volatile bool _hasAnswered;
    private volatile bool _isDone;
    private volatile DtlsRequest? _request;
    private long _attemptStart;
    private long _acceptedAt;
    private long _afterwardsSince;
    private int _afterwards;
    private int _attempts;
    private int _taken;
    private int _isQueued;
    private int _isTold;
    private volatile bool _isOver;

    /// <param name="handshakes">Who runs it.</param>
    /// <param name="owner">Who sends for it and is told.</param>
    /// <param name="parameters">What was agreed.</param>
    /// <param name="patience">How long until it has to be done, from now.</param>
    /// <param name="attempts">Attempts that were lost before it, of the same stream and for the same parameters.</param>
    public DtlsAssociation(DtlsHandshakes handshakes, IDtlsOwner owner, DtlsParameters parameters, TimeSpan patience, int attempts = 0)
    {
        _attempts = attempts;
        _handshakes = handshakes;
        _owner = owner;
        Parameters = parameters;
        if (patience < TimeSpan.Zero)
            patience = TimeSpan.Zero;
        EndsAt = handshakes.Clock.GetUtcNow() + patience;
        _deadline = handshakes.Clock.CreateTimer(_ => Fail(_failure == DtlsFailure.None ? DtlsFailure.Timeout : _failure), null, patience, Timeout.InfiniteTimeSpan);
    }

    public DtlsParameters Parameters { get; }

    /// <summary>Where its datagrams go and come from, once known; the media thread's.</summary>
    public PeerAddress Peer { get; set; }

    /// <summary>When it fails unless it is done.</summary>
    public DateTimeOffset EndsAt { get; }

    /// <summary>True from the first datagram of a server or <see cref="Begin"/> of a client on.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>True once there are keys.</summary>
    public bool IsDone => _isDone;

    /// <summary>A server that nobody has yet begun a handshake with, or whose last attempt came to nothing.</summary>
    public bool AwaitsHello => Parameters.Role == DtlsRole.Server && !_hasAnswered && _request is null;

    /// <summary>The peer that began is slower than any that means it: another may take its place. The media thread's.</summary>
    public bool IsStalled => AwaitsHello || _handshakes.Clock.GetElapsedTime(_acceptedAt) > StallTime;

    /// <summary>Attempts that came to nothing.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Whether another attempt may follow those.</summary>
    public bool MayTryAgain => Attempts < MaxAttempts - 1;

    /// <summary>The media thread's: a datagram of the peer's, or of somebody who sends from its address.</summary>
    public void Receive(ReadOnlySpan<byte> datagram)
    {
        if (_isOver || datagram.Length > ReceiveLimit || !DtlsRecord.IsPlausible(datagram))
            return;
        // Until a server has answered there is nothing but a ClientHello that it could make use of.
        if ((AwaitsHello && !DtlsRecord.IsClientHello(datagram)) || (_isDone && !MayTakeAfterwards(datagram)) || !_queue.TryAdd(datagram.ToArray()))
            return;
        if (Parameters.Role == DtlsRole.Server || HasBegun)
            Begin();
    }

    /// <summary>The media thread's: a server begins with a ClientHello whose sender has shown by a cookie that it is where it says.</summary>
    public void Accept(DtlsRequest request)
    {
        _acceptedAt = _handshakes.Clock.GetTimestamp();
        _request = request;
        Begin();
    }

    /// <summary>Has it run on a thread when it does not run already.</summary>
    public void Begin()
    {
        HasBegun = true;
        if (!_isOver && Interlocked.Exchange(ref _isQueued, 1) == 0 && !_handshakes.TryRun(this))
            Fail(DtlsFailure.Overload);
    }

    /// <summary>Called by <see cref="DtlsHandshakes"/>: the handshake, or what came after it, such as a flight that the peer repeats because our last was lost.</summary>
    public void Run()
    {
        if (_isOver)
            return;
        var again = false;
        try
        {
            if (_transport is null)
                Shake();
            while (!_isOver && _queue.Count > 0)
            {
                var taken = _taken;
                _ = _transport!.Receive(Unused, 0, Unused.Length, 1);
                // After the peer's close_notify the library takes nothing more.
                _isOver |= _taken == taken;
            }
        }
        catch (Exception e)
        {
            // What is not authentic yet anyone can send who forges the peer's address: only a certificate that is another's ends it at once, the rest when time is up.
            _failure = FailureOf(e);
            again = _transport is null && !_isOver && _failure != DtlsFailure.Fingerprint && ++_attempts < MaxAttempts;
            if (again)
                StartOver();
            else
                Fail(_failure); // after the handshake it changes nothing: the keys are agreed, and the call ends by SIP
        }
        Volatile.Write(ref _isQueued, 0);
        var isAsked = _queue.Count > 0 || (_transport is null && _request is not null);
        if (!_isOver && (isAsked || (again && Parameters.Role == DtlsRole.Client)))
            Begin();
    }

    /// <summary>Nothing more is sent or told.</summary>
    public void Dispose()
    {
        _isTold = 1;
        _isOver = true;
        _deadline.Dispose();
    }

    int DatagramReceiver.GetReceiveLimit() => ReceiveLimit;

    int DatagramSender.GetSendLimit() => SendLimit;

    int DatagramReceiver.Receive(byte[] buf, int off, int len, int waitMillis) => ((DatagramReceiver)this).Receive(buf.AsSpan(off, len), waitMillis);

    int DatagramReceiver.Receive(Span<byte> buffer, int waitMillis)
    {
        byte[]? datagram;
        _handshakes.Pause();
        try
        {
            // In pieces, so that an end is noticed soon.
            for (; !_queue.TryTake(out datagram, Math.Min(waitMillis, 100)); waitMillis -= 100)
            {
                // Not a time-out: after one the library tries again at once.
                if (_isOver)
                    throw new IOException("The association is over.");
                if (Parameters.Role == DtlsRole.Server && !_hasAnswered && _handshakes.Clock.GetElapsedTime(_attemptStart) > HelloTime)
                    throw new IOException("No whole ClientHello came: somebody forged the beginning of one.");
                if (waitMillis <= 100)
                    return -1;
            }
        }
        finally
        {
            _handshakes.Continue();
        }
        _taken++;
        var length = Math.Min(datagram.Length, buffer.Length);
        datagram.AsSpan(0, length).CopyTo(buffer);
        return length;
    }

    void DatagramSender.Send(byte[] buf, int off, int len) => ((DatagramSender)this).Send(buf.AsSpan(off, len));

    void DatagramSender.Send(ReadOnlySpan<byte> buffer)
    {
        _hasAnswered = true;
        _owner.Send(this, buffer.ToArray());
    }

    void TlsCloseable.Close()
    {
    }

    private void Shake()
    {
        _attemptStart = _handshakes.Clock.GetTimestamp();
        var crypto = new BcTlsCrypto(new SecureRandom());
        var peer = new DtlsPeer(Parameters.Remote);
        try
        {
            _transport = Parameters.Role == DtlsRole.Server
                ? new DtlsServerProtocol().Accept(new DtlsSrtpServer(crypto, _handshakes.Identity, peer), this, _request)
                : new DtlsClientProtocol().Connect(new DtlsSrtpClient(crypto, _handshakes.Identity, peer), this);
        }
        finally
        {
            _wasRefused = peer.WasRefused;
        }
        _isDone = true;
        _deadline.Dispose();
        if (Interlocked.Exchange(ref _isTold, 1) != 0)
            return;
        _owner.Done(this, SrtpSession.For(peer.Keys, null)!);
        _handshakes.Count(DtlsFailure.None);
    }

    private void StartOver()
    {
        _wasRefused = false;
        while (_queue.TryTake(out _))
        {
        }
        _request = null;
        _hasAnswered = false;
    }

    // What the peer may still want is our last flight once more: pieces of its own, of which one datagram need not hold all.
    private bool MayTakeAfterwards(ReadOnlySpan<byte> datagram)
    {
        if ((short)datagram[0] is not (ContentType.handshake or ContentType.change_cipher_spec))
            return false;
        if (_handshakes.Clock.GetElapsedTime(_afterwardsSince) > AfterwardsTime)
            (_afterwardsSince, _afterwards) = (_handshakes.Clock.GetTimestamp(), 0);
        return ++_afterwards <= MaxAfterwards;
    }

    /// <summary>There will be no keys; told once.</summary>
    public void Fail(DtlsFailure failure)
    {
        _deadline.Dispose();
        _isOver = true;
        if (Interlocked.Exchange(ref _isTold, 1) != 0)
            return;
        _handshakes.Count(failure);
        _owner.Failed(this, failure);
    }

    private DtlsFailure FailureOf(Exception e) => e switch
    {
        DtlsRefusedException refused => refused.Failure,
        TlsTimeoutException => DtlsFailure.Timeout,
        _ => _wasRefused ? DtlsFailure.Alert : DtlsFailure.Protocol,
    };
}
