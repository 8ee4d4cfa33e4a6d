using System.Net;
using System.Threading.Channels;
using CallCluster.Media.Engine;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.Phone;

/// <summary>A scripted SIP phone, or a carrier when it speaks for many callers: real SIP and RTP on sockets of its own. Places and takes any number
/// of calls at once. Disposing hangs up what is left.</summary>
public sealed class SipPhone : ISipEndpointHandler, IAsyncDisposable
{
    private readonly SipPhoneOptions _options;
    private readonly SipEndpoint _endpoint;
    private readonly HashSet<PhoneCall> _calls = [];
    private readonly Lock _lock = new();
    private readonly Channel<PhoneCall> _incoming = Channel.CreateBounded<PhoneCall>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly bool _ownsEngine;
    private Registration? _registration;

    private SipPhone(SipPhoneOptions options)
    {
        _options = options;
        _ownsEngine = options.Media is null;
        var logs = options.Logs ?? NullLoggerFactory.Instance;
        Engine = options.Media ?? new MediaEngine(new MediaEngineOptions { Address = options.Listen.Address, Threads = 1 }, logs.CreateLogger<MediaEngine>());
        Incoming = options.Incoming;
        _endpoint = new SipEndpoint(
            new SipEndpointOptions { Listeners = [new SipListenerOptions(options.Transport, options.Listen)], UserAgent = "CallCluster-Phone", T1 = options.T1 },
            this, options.Time, logs.CreateLogger<SipEndpoint>());
    }

    /// <summary>Starts a phone; it is ready to call and be called.</summary>
    public static async Task<SipPhone> StartAsync(SipPhoneOptions? options = null, CancellationToken cancellationToken = default)
    {
        var phone = new SipPhone(options ?? new SipPhoneOptions());
        try
        {
            await phone._endpoint.StartAsync(cancellationToken).ConfigureAwait(false);
            return phone;
        }
        catch
        {
            await phone.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What the phone does by itself when it is called from now on.</summary>
    public IncomingCalls Incoming { get; set; }

    /// <summary>Where the phone is reached directly.</summary>
    public SipUri Contact => Listener is var l && l.Protocol == SipTransportProtocol.Udp
        ? new SipUri("sip", _options.User, l.AdvertisedHost, l.AdvertisedPort)
        : new SipUri("sip", _options.User, l.AdvertisedHost, l.AdvertisedPort).WithParameter("transport", l.Protocol.UriToken());

    /// <summary>The socket that the phone listens on.</summary>
    public IPEndPoint EndPoint => Listener.LocalEndPoint;

    /// <summary>The phone's address of record.</summary>
    public SipUri Address => _options.Domain is { } domain ? new SipUri("sip", _options.User, domain) : new SipUri("sip", _options.User, Listener.AdvertisedHost, Listener.AdvertisedPort);

    /// <summary>Calls that are not over.</summary>
    public IReadOnlyList<PhoneCall> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    internal MediaEngine Engine { get; }

    internal TimeProvider Time => _options.Time;

    private SipListener Listener => _endpoint.Listeners[0];

    /// <summary>Calls <paramref name="target"/> and returns at once; await what the script needs.</summary>
    /// <exception cref="FormatException">The target is no SIP URI.</exception>
    public PhoneCall Dial(string target, CallOptions? options = null)
    {
        options ??= new CallOptions();
        var uri = SipUri.Parse(target);
        var from = options.From is { } user ? Address.WithUser(user) : Address;
        var call = new PhoneCall(this, isIncoming: false, options.LateOffer) { Peer = target };
        Track(call);
        call.Tell(PhoneEventKind.Calling, target);
        try
        {
            call.Begin(_endpoint.Invite(new InviteRequest
            {
                Target = uri,
                From = new NameAddress(from, options.DisplayName ?? _options.DisplayName),
                To = options.To is { } to ? new NameAddress(SipUri.Parse(to)) : null,
                ContactUser = _options.User,
                Headers = options.Headers,
                Body = options.LateOffer ? null : SipBody.Sdp(call.CreateOffer()),
                Route = options.Proxy is { } proxy ? [proxy.WithParameter("lr")] : [],
                Credentials = Credentials(),
                NextHop = options.Proxy is null ? NextHop(uri) : null,
            }, call), invite: null);
        }
        catch
        {
            Forget(call);
            call.Release();
            throw;
        }

        return call;
    }

    /// <summary>Calls and waits until it is answered. The token cancels the call.</summary>
    /// <exception cref="PhoneCallFailedException">It was refused or not answered; <see cref="PhoneCallFailedException.End"/> says how.</exception>
    public async Task<PhoneCall> CallAsync(string target, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = Dial(target, options);
        try
        {
            await call.Answered.WaitAsync(cancellationToken).ConfigureAwait(false);
            return call;
        }
        catch (OperationCanceledException)
        {
            call.HangUp();
            throw;
        }
    }

    /// <summary>The next call that comes in, in order; those that came before and were not taken first.</summary>
    public Task<PhoneCall> WaitForCallAsync(CancellationToken cancellationToken = default) => _incoming.Reader.ReadAsync(cancellationToken).AsTask();

    /// <summary>Registers at <paramref name="registrar"/> (a SIP URI, its user part left out), answers its challenge, and refreshes until <see cref="UnregisterAsync"/>.</summary>
    /// <exception cref="RegistrationFailedException">It refused or did not answer.</exception>
    public async Task RegisterAsync(string registrar, TimeSpan? expires = null, CancellationToken cancellationToken = default)
    {
        var uri = SipUri.Parse(registrar).WithUser(null);
        var registration = new Registration(this, _endpoint, uri, new SipUri("sip", _options.User, _options.Domain ?? uri.Host, _options.Domain is null ? uri.Port : null), Credentials(), expires ?? TimeSpan.FromHours(1));
        if (Interlocked.Exchange(ref _registration, registration) is { } earlier)
            earlier.Dispose();
        await registration.RegisterAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the registration back. Nothing when there is none.</summary>
    public async Task UnregisterAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _registration, null) is not { } registration)
            return;
        using (registration)
            await registration.UnregisterAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hangs up, stops refreshing a registration (without taking it back) and closes the sockets.</summary>
    public async ValueTask DisposeAsync()
    {
        _registration?.Dispose();
        foreach (var call in Calls)
            call.HangUp();
        await _endpoint.DisposeAsync().ConfigureAwait(false);
        foreach (var call in Calls)
            call.Release();
        _incoming.Writer.TryComplete();
        if (_ownsEngine)
            Engine.Dispose();
    }

    void ISipEndpointHandler.OnInvite(IncomingInvite invite)
    {
        if (Incoming == IncomingCalls.Busy)
        {
            Tell(new PhoneEvent(Time.GetUtcNow(), PhoneEventKind.Incoming, null, $"{invite.Request.From.Uri}, refused: busy"));
            invite.Reject(486);
            return;
        }

        PhoneCall call;
        try
        {
            call = new PhoneCall(this, isIncoming: true) { Peer = invite.Request.From.Uri.ToString() };
        }
        catch (NoPortAvailableException)
        {
            invite.Reject(503);
            return;
        }

        if (!call.TryTakeOffer(invite.Request, out var status))
        {
            call.Release();
            invite.Reject(status);
            return;
        }

        Track(call);
        call.Begin(invite.Open(call), invite.Request);
        call.Tell(PhoneEventKind.Incoming, call.Peer);
        if (Incoming is IncomingCalls.Ring or IncomingCalls.Answer)
            call.Ring();
        if (Incoming == IncomingCalls.Answer)
            call.Answer();
        _incoming.Writer.TryWrite(call);
    }

    internal MediaCapabilities Capabilities(int port) => new()
    {
        Address = _options.Listen.Address,
        Port = port,
        Codecs = _options.Codecs,
        TelephoneEventPayloadType = _options.TelephoneEventPayloadType,
    };

    /// <summary>A phone on TCP goes there by TCP even when the URI does not say so.</summary>
    internal SipUri? NextHop(SipUri target) => _options.Transport == SipTransportProtocol.Tcp && target.Transport is null ? target.WithParameter("transport", "tcp") : null;

    internal void Tell(PhoneEvent happened) => _options.OnEvent?.Invoke(happened);

    internal void Forget(PhoneCall call)
    {
        lock (_lock)
            _calls.Remove(call);
    }

    private void Track(PhoneCall call)
    {
        lock (_lock)
            _calls.Add(call);
    }

    private DigestClient? Credentials() => _options.Password is { } password ? new DigestClient(_options.User, password) : null;
}
