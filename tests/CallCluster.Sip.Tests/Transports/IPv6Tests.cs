using System.Net;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.Sip.Tests.Transports;

/// <summary>Endpoints with listeners of both address families, over real sockets.</summary>
public sealed class IPv6Tests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Recorder _calleeSide = new();
    private readonly Recorder _callerSide = new();
    private readonly SipEndpoint _callee;
    private readonly SipEndpoint _caller;

    public IPv6Tests()
    {
        _callee = Endpoint(_calleeSide);
        _caller = Endpoint(_callerSide);
    }

    [Theory]
    [InlineData(0, "127.0.0.1", "v4.example", "UDP")]
    [InlineData(1, "[::1]", "v6.example", "UDP")]
    [InlineData(2, "[::1]", "[::1]", "TCP")]
    public async Task A_call_leaves_from_the_listener_of_its_family_under_that_ones_advertised_address(int listener, string host, string advertised, string transport)
    {
        var confirmed = new TaskCompletionSource();
        _calleeSide.Confirmed = _ => confirmed.SetResult();
        var target = new SipUri("sip", "service", host, _callee.Listeners[listener].LocalEndPoint.Port);

        var session = _caller.Invite(new InviteRequest
        {
            Target = transport == "TCP" ? target.WithParameter("transport", "tcp") : target,
            From = new NameAddress(SipUri.Parse("sip:me@caller.example")),
            Body = SipBody.Sdp("offer"),
        }, _callerSide);
        await confirmed.Task.WaitAsync(Patience);

        var invite = _calleeSide.LastInvite!.Request;
        Assert.Equal((transport, advertised), (invite.TopVia!.Transport, invite.TopVia.Host));
        Assert.Equal(advertised, invite.Contact[0].Uri.Host);
        Assert.Equal(advertised, session.Dialog!.RemoteTarget.Host); // the answer, too
        // RFC 3261 §18.2.1, RFC 5118 §4.5: the address without brackets
        Assert.Equal(host.Trim('[', ']'), invite.TopVia.Received);
    }

    public async ValueTask DisposeAsync()
    {
        await _caller.DisposeAsync();
        await _callee.DisposeAsync();
    }

    private static SipEndpoint Endpoint(Recorder application)
    {
        var options = new SipEndpointOptions
        {
            Listeners =
            [
                new(SipTransportProtocol.Udp, new IPEndPoint(IPAddress.Loopback, 0)) { AdvertisedHost = "v4.example" },
                new(SipTransportProtocol.Udp, new IPEndPoint(IPAddress.IPv6Loopback, 0)) { AdvertisedHost = "v6.example" },
                new(SipTransportProtocol.Tcp, new IPEndPoint(IPAddress.IPv6Loopback, 0)),
            ],
        };
        var endpoint = new SipEndpoint(options, application, TimeProvider.System, NullLogger<SipEndpoint>.Instance);
        endpoint.Transport.Names = new FakeNames { OtherHosts = [IPAddress.Loopback, IPAddress.IPv6Loopback] };
        endpoint.StartAsync().GetAwaiter().GetResult();
        return endpoint;
    }
}
