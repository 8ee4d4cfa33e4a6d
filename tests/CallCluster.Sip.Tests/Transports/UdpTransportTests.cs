using System.Net;
using System.Net.Sockets;
using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.Sip.Tests.Transports;

/// <summary>RFC 3261 §18 and RFC 3581 over real sockets.</summary>
public sealed class UdpTransportTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Recorder _application = new();
    private readonly SipEndpoint _endpoint;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
    private readonly IPEndPoint _target;

    public UdpTransportTests()
    {
        _endpoint = Endpoint(_application);
        _target = _endpoint.Listeners[0].LocalEndPoint;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    private int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    [Fact]
    public void RFC3581_a_response_goes_to_the_source_port_and_names_it_when_rport_asks()
    {
        Send(Options("z9hG4bK1;rport", "198.51.100.7:5999"));

        var response = Receive();
        Assert.Equal(200, response.StatusCode);
        Assert.Equal("127.0.0.1", response.TopVia!.Received);
        Assert.Equal(Port, response.TopVia.RPort);
    }

    [Fact]
    public void RFC3261_18_2_2_without_rport_the_response_goes_to_the_port_of_sent_by()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        Send(Options("z9hG4bK2", $"host.invalid:{((IPEndPoint)other.LocalEndPoint!).Port}"));

        var response = Receive(other);
        Assert.Equal("127.0.0.1", response.TopVia!.Received);
        Assert.False(response.TopVia.HasRPort);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0\0")]
    [InlineData("\r\n\r\n")]
    [InlineData("INVITE")]
    [InlineData("INVITE sip:a@b SIP/2.0\r\n\r\n")]
    [InlineData("SIP/2.0 200 OK\r\nVia: \r\n\r\n")]
    [InlineData("OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bKx\r\nContent-Length: 99999999999999\r\n\r\n")]
    public void A_malformed_datagram_does_not_keep_the_next_OPTIONS_from_its_answer(string malformed)
    {
        Send(malformed);
        Send(Options("z9hG4bKok;rport", "127.0.0.1"));

        Assert.Equal(200, Receive().StatusCode);
    }

    [Fact]
    public void A_bad_request_that_can_be_answered_gets_400()
    {
        Send($"OPTIONS sip:a@b SIP/2.0\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bKbad\nFrom: <sip:a@b>;tag=1\nTo: <sip:a@b>\nCall-ID: x\nCSeq: 1 INVITE\n\n");

        Assert.Equal(400, Receive().StatusCode);
    }

    [Fact]
    public async Task A_call_over_real_sockets_is_made_and_ended()
    {
        var caller = new Recorder();
        var ended = new TaskCompletionSource();
        _application.Ended = _ => ended.SetResult();
        caller.Accepted = session =>
        {
            session.Bye();
            return null;
        };
        await using var endpoint = Endpoint(caller);

        endpoint.Invite(
            new InviteRequest
            {
                Target = new SipUri("sip", "service", "localhost", _target.Port),
                From = new NameAddress(SipUri.Parse("sip:caller@localhost")),
                Body = SipBody.Sdp("offer"),
            },
            caller);

        await ended.Task.WaitAsync(Patience);
        Assert.Equal(["invite", "confirmed", "ended RemoteBye"], _application.Events);
    }

    [Fact]
    public async Task A_name_that_DNS_does_not_know_fails_with_503()
    {
        var completed = new TaskCompletionSource<int>();
        var request = new SipRequest(SipMethods.Options, SipUri.Parse("sip:nobody.invalid"));
        request.From = new NameAddress(SipUri.Parse("sip:me@localhost"));
        request.To = new NameAddress(request.RequestUri);

        _endpoint.SendRequest(request, (status, _) => completed.SetResult(status));

        Assert.Equal(503, await completed.Task.WaitAsync(Patience));
    }

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _socket.Dispose();
    }

    private static SipEndpoint Endpoint(Recorder application)
    {
        var options = new SipEndpointOptions { Listeners = [new SipListenerOptions(SipTransportProtocol.Udp, new IPEndPoint(IPAddress.Loopback, 0))] };
        var endpoint = new SipEndpoint(options, application, TimeProvider.System, NullLogger<SipEndpoint>.Instance);
        endpoint.StartAsync().GetAwaiter().GetResult();
        return endpoint;
    }

    private static string Options(string branch, string sentBy) =>
        $"""
        OPTIONS sip:service@localhost SIP/2.0
        Via: SIP/2.0/UDP {sentBy};branch={branch}
        Max-Forwards: 70
        From: <sip:peer@localhost>;tag=1
        To: <sip:service@localhost>
        Call-ID: call@peer
        CSeq: 1 OPTIONS
        Content-Length: 0


        """;

    private void Send(string text) => _socket.SendTo(Encoding.ASCII.GetBytes(text.ReplaceLineEndings("\r\n")), _target);

    private SipResponse Receive(Socket? socket = null)
    {
        var buffer = new byte[4096];
        var length = (socket ?? _socket).Receive(buffer);
        return Assert.IsType<SipResponse>(SipParser.Parse(buffer.AsSpan(0, length)).Message);
    }
}
