using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Trunks;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Registrations;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Trunks;

/// <summary>What the edge that cares for a trunk does for it: keeps the registration, and asks the proxy by OPTIONS whether it is there (RFC 3261 11).</summary>
internal sealed partial class TrunkPeer : IDisposable
{
    /// <summary>One lost answer does not take a trunk out.</summary>
    private const int FailuresUntilDown = 2;
    private readonly EdgeContext _edge;
    private readonly string _name;
    private readonly SipUri _proxy;
    private readonly RegistrationClient? _registration;
    private readonly ITimer? _probe;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private TrunkHealth? _health;
    private int _failures;

    public TrunkPeer(EdgeContext edge, string name, TrunkOptions options, SipUri proxy)
    {
        (_edge, _name, _proxy, _logger) = (edge, name, proxy, edge.Logger);
        Options = options;
        if (options.Register)
        {
            _registration = new RegistrationClient(edge.Sip, new RegistrationOptions
            {
                Registrar = proxy,
                Address = proxy.WithUser(options.Username),
                ContactUser = options.Username!,
                Credentials = () => edge.TrunkCredentials.For(name, options),
            }, edge.Clock, OnRegistration);
        }

        if (options.ProbeInterval > TimeSpan.Zero) _probe = edge.Clock.CreateTimer(_ => Probe(), null, TimeSpan.Zero, options.ProbeInterval);
    }

    private TrunkOptions Options { get; }

    /// <summary>Whether changed options leave as it is what is done here: a reload that is about something else does not register anew.</summary>
    public bool Serves(TrunkOptions options) =>
        (options.Proxy, options.Username, options.PasswordFile, options.Realm, options.Register, options.ProbeInterval)
        == (Options.Proxy, Options.Username, Options.PasswordFile, Options.Realm, Options.Register, Options.ProbeInterval);

    /// <summary>How the trunk is; null while nothing is known.</summary>
    public TrunkHealth? Health { get { lock (_lock) return _health; } }

    /// <summary>Takes the registration back: another edge, or none, cares for the trunk from now on.</summary>
    public void Leave()
    {
        _registration?.Unregister();
        Dispose();
    }

    /// <summary>Stops without a word: another edge has taken over.</summary>
    public void Dispose()
    {
        _registration?.Dispose();
        _probe?.Dispose();
    }

    private void Probe()
    {
        var us = new NameAddress(_edge.UriOf(_edge.Options.EdgeId));
        var options = new SipRequest(SipMethods.Options, _proxy) { From = us, To = new NameAddress(_proxy) };
        try
        {
            _edge.Sip.SendRequest(options, (status, response) => OnProbed(response is not null && status != 503, status));
        }
        catch (ObjectDisposedException)
        {
            // The endpoint closed while the timer fired.
        }
    }

    /// <summary>Whatever it answers, it is there; 503 says that it takes no calls.</summary>
    private void OnProbed(bool answers, int status)
    {
        bool? before;
        lock (_lock)
        {
            before = _health?.Answers;
            _failures = answers ? 0 : _failures + 1;
            if (!answers && _failures < FailuresUntilDown && before is true) return;
            _health = (_health ?? new TrunkHealth(null, null, null)) with { Answers = answers, Detail = answers ? _health?.Registered is false ? _health.Detail : null : $"OPTIONS: {status}" };
        }

        if (answers && before is false) LogUp(_name);
        else if (!answers && before is not false) LogDown(_name, _proxy.ToString(), status);
    }

    private void OnRegistration(RegistrationState state, string? detail)
    {
        var registered = state == RegistrationState.Registered;
        bool? before;
        lock (_lock)
        {
            before = _health?.Registered;
            _health = (_health ?? new TrunkHealth(null, null, null)) with { Registered = registered, Detail = registered ? _health?.Answers is false ? _health.Detail : null : $"REGISTER: {detail}" };
        }

        if (registered && before is not true) LogRegistered(_name, _proxy.ToString());
        else if (!registered && before is not false) LogNotRegistered(_name, _proxy.ToString(), detail ?? "");
    }

    [LoggerMessage(LogLevel.Information, "Trunk {Trunk} is registered with {Proxy}.")]
    private partial void LogRegistered(string trunk, string proxy);

    [LoggerMessage(LogLevel.Error, "Trunk {Trunk} is not registered with {Proxy}: {Detail}. It is tried again; after 401, 403 or 407 check Username, PasswordFile and Realm.")]
    private partial void LogNotRegistered(string trunk, string proxy, string detail);

    [LoggerMessage(LogLevel.Error, "Trunk {Trunk} is down: {Proxy} answers OPTIONS with {Status} (408: not at all). Outbound calls pass it over until it answers.")]
    private partial void LogDown(string trunk, string proxy, int status);

    [LoggerMessage(LogLevel.Information, "Trunk {Trunk} is up again.")]
    private partial void LogUp(string trunk);
}
