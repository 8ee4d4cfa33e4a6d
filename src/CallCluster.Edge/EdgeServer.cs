using CallCluster.Contracts;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Admission;
using CallCluster.Edge.Calls;
using CallCluster.Edge.Cluster;
using CallCluster.Edge.MessageWaiting;
using CallCluster.Edge.Naming;
using CallCluster.Edge.Recordings;
using CallCluster.Edge.Registrar;
using CallCluster.Edge.Trunks;
using CallCluster.Media.Engine;
using CallCluster.Media.Prompts;
using CallCluster.Media.Stun;
using CallCluster.Sip.Messages;
using CallCluster.Sip.SessionTimers;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge;

/// <summary>
/// A SIP and media edge: terminates SIP and RTP and hands each call to its CallGrain. It holds nothing that another edge could not rebuild from there.
/// </summary>
public sealed partial class EdgeServer : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);
    private readonly ILogger<EdgeServer> _logger;
    private readonly TimeProvider _clock;
    private readonly EdgeCalls _calls = new();
    private readonly EdgeLease _lease;
    private readonly AttachSweep _sweep;
    private readonly EdgeContext _context;
    private readonly MediaMetrics _mediaMetrics;
    private readonly TrunkCare _trunks;
    private readonly MailboxSubscriptions _mailboxes;
    private readonly RecordingSalvage _salvage;
    private bool _started;

    public EdgeServer(EdgeOptions options, IGrainFactory grains, IRoutingConfiguration configuration, TimeProvider clock, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger<EdgeServer>();
        _clock = clock;
        Options = options;
        _lease = new EdgeLease(grains, options, _calls, clock, loggers.CreateLogger<EdgeLease>());
        _sweep = new AttachSweep(options.AttachInterval, clock);
        _lease.Regained += _sweep.AttachAll;
        var names = new CallNames(options.Key);
        var credentials = new Credentials(clock, options.PasswordOverlap);
        _context = new EdgeContext
        {
            Options = options,
            Grains = grains,
            CallGrains = new GrainKind<ICallGrain>(grains),
            Configuration = configuration,
            Clock = clock,
            Logger = _logger,
            Names = names,
            PeerTokens = new PeerTokens(names.PeerKey, clock),
            Credentials = credentials,
            TrunkCredentials = new TrunkCredentials(credentials),
            Calls = _calls,
            Offers = new OfferWindow(options.MaxOffersInFlight),
            Lease = _lease,
            Sweep = _sweep,
            Acknowledgements = new AcknowledgementSchedule(clock),
            Media = new MediaEngine(new MediaEngineOptions { Address = options.MediaAddress, PortMin = options.MediaPortMin, PortMax = options.MediaPortMax, ReportDigitsWhileBridged = true },
                loggers.CreateLogger<MediaEngine>(), clock),
            Prompts = new PromptLibrary(options.PromptDirectory),
        };
        _lease.CallBegun += begin => EdgeCall.Begin(_context, begin);
        _mediaMetrics = new MediaMetrics(_context.Media);
        _trunks = new TrunkCare(_context);
        var digest = new DigestGate(_context);
        _mailboxes = new MailboxSubscriptions(_context, digest);
        _salvage = new RecordingSalvage(options.EdgeId, grains, configuration, clock, _logger);
        var handler = new EdgeSipHandler(_context, new CallAdmission(_context, digest), new AgentRegistrar(_context, digest), _mailboxes, new CapacityGate(_context));
        var sip = new SipEndpointOptions
        {
            Listeners = options.Listeners,
            Allow = [.. SipEndpointOptions.DefaultAllow, SipMethods.Refer, SipMethods.Notify, SipMethods.Subscribe],
            Supported = [ReplacesHeader.OptionTag],
            SessionTimers = new SessionTimerOptions { Interval = options.SessionExpires, Minimum = options.MinSessionExpires },
            Dns = options.Dns,
            Tls = options.Tls,
            FlowKey = _context.Names.FlowKey,
            MaxConnections = options.MaxConnections,
            MaxConnectionsPerAddress = options.MaxConnectionsPerAddress,
            MaxTransactions = options.MaxTransactions,
            Sources = options.Sources with { IsTrusted = address => _context.Routing.TrunkOf(address) is not null },
        };
        _context.Sip = new SipEndpoint(sip, handler, clock, loggers.CreateLogger<SipEndpoint>());
    }

    public EdgeOptions Options { get; }

    internal EdgeContext Context => _context;

    /// <summary>Calls that the edge carries.</summary>
    public int Calls => _calls.Count;

    /// <summary>Where it listens for SIP, once started.</summary>
    public IReadOnlyList<SipListener> Listeners => _context.Sip.Listeners;

    /// <summary>Listening, known to the cluster, and not draining.</summary>
    public bool IsReady => _started && _lease.IsHeld && !_lease.Draining;

    public bool IsDraining => _lease.Draining;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Options.MediaStunServer is { } stun)
        {
            _context.SdpAddress = await StunClient.FindPublicAddress(stun, Options.MediaAddress, _clock, cancellationToken).ConfigureAwait(false);
            LogPublicAddress(stun, _context.SdpAddress);
        }

        _lease.Observe();
        _salvage.Start();
        await _context.Sip.StartAsync(cancellationToken).ConfigureAwait(false);
        var listeners = Listeners.Select(listener => $"{listener.Protocol.ToString().ToLowerInvariant()}:{listener.LocalEndPoint}").ToArray();
        EdgeMetrics.ObserveCalls(() => _calls.Count, Options.MaxCalls);
        _lease.Start(listeners, _context.Sip.UriFor(user: null)?.ToString(), () => _context.Media.OpenStreams);
        _sweep.Start();
        _trunks.Start();
        _mailboxes.Start();
        _started = true;
        LogStarted(Options.EdgeId, string.Join(", ", listeners));
    }

    /// <summary>Takes no new call from now on, and returns when the last has ended or the token is cancelled.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _lease.Draining = true;
        _mailboxes.EndAll();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), _clock);
        var next = _clock.GetUtcNow();
        while (_calls.Count > 0 && !cancellationToken.IsCancellationRequested)
        {
            if (_clock.GetUtcNow() >= next)
            {
                LogDraining(Options.EdgeId, _calls.Count);
                next = _clock.GetUtcNow() + TimeSpan.FromSeconds(5);
            }

            await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Ends all calls and closes the sockets.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_started) return;
        _started = false;
        _lease.Draining = true;
        await _sweep.DisposeAsync().ConfigureAwait(false);
        await _salvage.DisposeAsync().ConfigureAwait(false);
        await _trunks.DisposeAsync().ConfigureAwait(false);
        await _mailboxes.DisposeAsync().ConfigureAwait(false);
        foreach (var call in _calls.All()) call.Abort();

        // BYE and CANCEL leave at once; the pause lets peers answer them, and the CallGrains write their records, before the sockets close.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), _clock);
        for (var waited = TimeSpan.Zero; waited < GoodbyeTime && _calls.Count > 0; waited += timer.Period)
            await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false);
        await _lease.DisposeAsync().ConfigureAwait(false);
        LogStopped(Options.EdgeId);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _context.Sip.DisposeAsync().ConfigureAwait(false);
        _mediaMetrics.Dispose();
        _context.Media.Dispose();
        _context.Acknowledgements.Dispose();
    }

    [LoggerMessage(LogLevel.Information, "Edge {EdgeId} listens on {Listeners}.")]
    private partial void LogStarted(string edgeId, string listeners);

    [LoggerMessage(LogLevel.Information, "STUN server {Server} sees this edge at {Address}: that is where peers are told to send RTP. Media:PortMin..PortMax must reach it from there unchanged.")]
    private partial void LogPublicAddress(StunServer server, System.Net.IPAddress address);

    [LoggerMessage(LogLevel.Information, "Edge {EdgeId} drains: {Calls} calls left; new calls get 503.")]
    private partial void LogDraining(string edgeId, int calls);

    [LoggerMessage(LogLevel.Information, "Edge {EdgeId} stopped.")]
    private partial void LogStopped(string edgeId);
}
