using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using CallCluster.Sip.Location;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Tls;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Sip.Tests.Transports;

/// <summary>RFC 3261 §26 and RFC 5922 over real sockets, between endpoints of ours and .NET's own TLS client.</summary>
public sealed class TlsTransportTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TestAuthority _authority = new() { ForServersOnly = true };
    private readonly TestAuthority _stranger = new("Stranger");
    private readonly FakeTimeProvider _time = new();
    private readonly Recorder _application = new();
    private readonly TlsFolder _files;
    private readonly List<IAsyncDisposable> _endpoints = [];

    public TlsTransportTests() => _files = new TlsFolder(_authority, "edge.example", "127.0.0.1");

    private static SipListenerOptions Listener => new(SipTransportProtocol.Tls, new IPEndPoint(IPAddress.Loopback, 0));

    [Fact]
    public async Task A_call_over_TLS_says_so_in_Via_and_Contact_and_each_side_knows_the_other_by_its_certificate()
    {
        var edge = Endpoint(_files.Options);
        using var files = new TlsFolder(_authority, "pbx.example");
        var confirmed = new TaskCompletionSource();
        _application.Confirmed = _ => confirmed.SetResult();
        var caller = new Recorder();
        var pbx = Endpoint(files.Options, caller);

        pbx.Invite(new InviteRequest { Target = Target(edge, "sip", "127.0.0.1"), From = Me, Body = SipBody.Sdp("offer") }, caller);
        await confirmed.Task.WaitAsync(Patience);

        var invite = _application.LastInvite!;
        Assert.Equal(["pbx.example"], invite.PeerNames);
        Assert.Equal("TLS", invite.Request.TopVia!.Transport);
        Assert.Equal("tls", invite.Request.Contact[0].Uri.Transport);
        Assert.Equal("accepted", caller.Events[0]);
    }

    [Fact]
    public async Task RFC3261_12_1_1_a_sips_call_has_sips_contacts()
    {
        var edge = Endpoint(_files.Options);
        var confirmed = new TaskCompletionSource();
        _application.Confirmed = _ => confirmed.SetResult();
        var caller = new Recorder();

        var session = Endpoint(_files.Options, caller).Invite(
            new InviteRequest { Target = Target(edge, "sips", "127.0.0.1"), From = Me, Body = SipBody.Sdp("offer") }, caller);
        await confirmed.Task.WaitAsync(Patience);

        Assert.Equal("sips", _application.LastInvite!.Request.Contact[0].Uri.Scheme);
        Assert.Equal("sips", session.Dialog!.RemoteTarget.Scheme);
    }

    [Theory]
    [InlineData("other.example", true)] // a certificate of somebody else
    [InlineData("edge.example", false)] // the right name from an authority that we do not trust
    public async Task RFC5922_a_peer_that_does_not_prove_its_name_gets_nothing(string name, bool isTrusted)
    {
        _files.Renew(isTrusted ? _authority : _stranger, name);
        var edge = Endpoint(_files.Options);
        using var files = new TlsFolder(_authority, "pbx.example");

        Assert.Equal(503, await OptionsAsync(Endpoint(files.Options), Target(edge, "sip", "edge.example")));

        Assert.Empty(_application.Events);
    }

    [Theory]
    [InlineData("domain.example", 200)]
    [InlineData("server.example", 503)] // what DNS names proves nothing: DNS may lie
    public async Task RFC5922_the_server_that_DNS_names_must_prove_the_domain_that_was_asked_for(string certified, int status)
    {
        _files.Renew(_authority, certified);
        var edge = Endpoint(_files.Options);
        _application.Requested = request => request.Respond(200);
        using var files = new TlsFolder(_authority, "pbx.example");
        var pbx = Endpoint(files.Options);
        var names = new FakeNames { OtherHosts = [IPAddress.Loopback] };
        names.Srvs["_sips._tcp.domain.example"] = [new Srv(1, 1, edge.Listeners[0].LocalEndPoint.Port, "server.example")];
        pbx.Transport.Names = names;

        Assert.Equal(status, await OptionsAsync(pbx, SipUri.Parse("sips:domain.example")));
    }

    [Fact]
    public async Task CVE_2020_15260_a_connection_serves_only_the_host_that_it_was_verified_for()
    {
        _files.Renew(_authority, "edge.example", "second.example");
        var edge = Endpoint(_files.Options);
        using var files = new TlsFolder(_authority, "pbx.example");
        var pbx = Endpoint(files.Options);
        var sources = new List<IPEndPoint>();
        _application.Requested = request =>
        {
            lock (sources)
                sources.Add(request.RemoteEndPoint);
            request.Respond(200);
        };

        Assert.Equal(200, await OptionsAsync(pbx, Target(edge, "sip", "edge.example")));
        Assert.Equal(200, await OptionsAsync(pbx, Target(edge, "sip", "EDGE.example")));
        Assert.Equal(200, await OptionsAsync(pbx, Target(edge, "sip", "second.example")));
        Assert.Equal(503, await OptionsAsync(pbx, Target(edge, "sip", "third.example")));

        Assert.Equal(3, sources.Count);
        Assert.Equal(sources[0], sources[1]);
        Assert.NotEqual(sources[0], sources[2]);
    }

    [Theory]
    [InlineData(ClientCertificates.Optional, true, "phone.example")]
    [InlineData(ClientCertificates.Optional, false, "")]
    [InlineData(ClientCertificates.Required, true, "phone.example")]
    [InlineData(ClientCertificates.Required, false, null)]
    [InlineData(ClientCertificates.Ignored, true, "")]
    public async Task A_client_is_known_by_a_certificate_that_we_trust_and_by_no_other(ClientCertificates wanted, bool isTrusted, string? knownAs)
    {
        var edge = Endpoint(_files.Options with { ClientCertificates = wanted });
        using var files = new TlsFolder(isTrusted ? _authority : _stranger, "phone.example");
        files.Trust(_authority);
        IReadOnlyList<string>? names = null;
        _application.Requested = request =>
        {
            names = request.PeerNames;
            request.Respond(200);
        };

        var status = await OptionsAsync(Endpoint(files.Options), Target(edge, "sip", "127.0.0.1"));

        Assert.Equal(knownAs is null ? 503 : 200, status);
        Assert.Equal(knownAs, names is null ? null : string.Join(",", names));
    }

    [Fact]
    public async Task A_renewed_certificate_serves_the_next_connection_and_a_half_written_one_none()
    {
        var edge = Endpoint(_files.Options);
        using var first = await ConnectAsync(edge);

        _files.WriteCertificate(_authority.Issue("new.example").Certificate); // without its key
        _time.Advance(TimeSpan.FromSeconds(2));
        using var second = await ConnectAsync(edge);
        _files.Renew(_authority, "new.example");
        _time.Advance(TimeSpan.FromSeconds(2));
        using var third = await ConnectAsync(edge);

        Assert.Equal(["edge.example", "127.0.0.1"], Names(first));
        Assert.Equal(["edge.example", "127.0.0.1"], Names(second));
        Assert.Equal(["new.example"], Names(third));
    }

    [Fact]
    public async Task Who_connects_and_says_nothing_is_closed_when_the_opening_time_is_over()
    {
        var edge = Endpoint(_files.Options);
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await silent.ConnectAsync(edge.Listeners[0].LocalEndPoint);
        await Eventually.True(() => edge.Timers.Count == 1, Patience);

        _time.Advance(TimeSpan.FromSeconds(11));

        await silent.WaitForCloseAsync(Patience);
        Assert.Equal(0, edge.Timers.Count);
    }

    [Fact]
    public async Task Plain_text_on_the_TLS_port_closes_that_connection_only()
    {
        var edge = Endpoint(_files.Options);
        using var good = await ConnectAsync(edge);
        using var plain = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await plain.ConnectAsync(edge.Listeners[0].LocalEndPoint);
        plain.Send("OPTIONS sip:edge SIP/2.0\r\n\r\n"u8);

        await plain.WaitForCloseAsync(Patience);

        var buffer = new byte[100];
        await good.WriteAsync("\r\n\r\n"u8.ToArray());
        Assert.Equal(2, await good.ReadAtLeastAsync(buffer, 2).AsTask().WaitAsync(Patience));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var endpoint in _endpoints)
            await endpoint.DisposeAsync();
        _files.Dispose();
        _authority.Dispose();
        _stranger.Dispose();
    }

    private static NameAddress Me => new(SipUri.Parse("sip:me@127.0.0.1"));

    private static SipUri Target(SipEndpoint endpoint, string scheme, string host)
    {
        var uri = new SipUri(scheme, "service", host, endpoint.Listeners[0].LocalEndPoint.Port);
        return scheme == "sips" ? uri : uri.WithParameter("transport", "tls");
    }

    private static IReadOnlyList<string> Names(SslStream stream) => CertificateNames.Of(new X509Certificate2(stream.RemoteCertificate!));

    private static async Task<int> OptionsAsync(SipEndpoint endpoint, SipUri target)
    {
        var status = new TaskCompletionSource<int>();
        endpoint.SendRequest(new SipRequest("OPTIONS", target) { From = Me, To = Me }, (final, _) => status.TrySetResult(final));
        return await status.Task.WaitAsync(Patience);
    }

    private static async Task<SslStream> ConnectAsync(SipEndpoint endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endpoint.Listeners[0].LocalEndPoint);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync("edge.example").WaitAsync(Patience);
        return stream;
    }

    private SipEndpoint Endpoint(TlsOptions tls, Recorder? application = null)
    {
        var endpoint = new SipEndpoint(new SipEndpointOptions { Listeners = [Listener], Tls = tls }, application ?? _application, _time, NullLogger<SipEndpoint>.Instance);
        // Names of the test lead to this machine.
        endpoint.Transport.Names = new FakeNames { OtherHosts = [IPAddress.Loopback] };
        endpoint.StartAsync().GetAwaiter().GetResult();
        _endpoints.Add(endpoint);
        return endpoint;
    }
}
