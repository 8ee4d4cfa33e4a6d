using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;
using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.Phone.Tests;

/// <summary>A small registrar of this test: one user, one realm, digest required.</summary>
internal sealed class Registrar : ISipEndpointHandler, IAsyncDisposable
{
    private readonly SipEndpoint _endpoint;
    private readonly DigestVerifier _verifier;
    private readonly string _password;
    private readonly Channel<SipRequest> _accepted = Channel.CreateUnbounded<SipRequest>();

    private Registrar(string password, SipTransportProtocol transport, TimeProvider time)
    {
        _password = password;
        _verifier = new DigestVerifier("callcluster.test", new byte[32], time);
        _endpoint = new SipEndpoint(new SipEndpointOptions { Listeners = [new SipListenerOptions(transport, new IPEndPoint(IPAddress.Loopback, 0))] }, this, time, NullLogger<SipEndpoint>.Instance);
    }

    /// <summary>Contact by address of record.</summary>
    public ConcurrentDictionary<string, string> Bindings { get; } = new();

    /// <summary>REGISTERs that were accepted, in order.</summary>
    public ChannelReader<SipRequest> Accepted => _accepted.Reader;

    public uint? MinExpires { get; set; }

    public string Address => $"sip:{_endpoint.Listeners[0].LocalEndPoint}";

    public static async Task<Registrar> StartAsync(string password, SipTransportProtocol transport = SipTransportProtocol.Udp, TimeProvider? time = null)
    {
        var registrar = new Registrar(password, transport, time ?? TimeProvider.System);
        await registrar._endpoint.StartAsync(TestContext.Current.CancellationToken);
        return registrar;
    }

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();

    void ISipEndpointHandler.OnInvite(IncomingInvite invite) => Decide(invite.Request, (status, headers) => invite.Reject(status, headers: headers), () => invite.Reject(404));

    void ISipEndpointHandler.OnRequest(IncomingRequest request) => Decide(request.Request, (status, headers) => request.Respond(status, headers: headers), () => Bind(request));

    private void Decide(SipRequest request, Action<int, IReadOnlyList<(string, string)>?> refuse, Action accept)
    {
        var verification = _verifier.Verify(request, user => new DigestSecret(user, _verifier.Realm, _password));
        if (verification.Verdict == DigestVerdict.Accepted)
        {
            accept();
        }
        else if (verification.Verdict == DigestVerdict.Refused)
        {
            refuse(403, null);
        }
        else
        {
            var challenge = SipResponse.For(request, 401);
            _verifier.Challenge(challenge, verification.IsStale);
            refuse(401, [.. challenge.GetHeaders(HeaderNames.WwwAuthenticate).Select(v => (HeaderNames.WwwAuthenticate, v))]);
        }
    }

    private void Bind(IncomingRequest request)
    {
        if (request.Request.Expires is > 0 and var expires && expires < MinExpires)
        {
            request.Respond(423, headers: [(HeaderNames.MinExpires, $"{MinExpires}")]);
            return;
        }

        var address = request.Request.To.Uri.ToString();
        if (request.Request.Expires == 0)
            Bindings.TryRemove(address, out _);
        else
            Bindings[address] = request.Request.Contact[0].Uri.ToString();
        request.Respond(200, headers: [(HeaderNames.Contact, $"{request.Request.Headers.Get(HeaderNames.Contact)};expires={request.Request.Expires}")]);
        _accepted.Writer.TryWrite(request.Request);
    }
}
