using System.Net;
using System.Net.Sockets;
using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Sip.Tests.Transports;

/// <summary>RFC 3261 §18.3 and RFC 5626 §4.4.1 over real sockets.</summary>
public sealed class TcpTransportTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly FakeTimeProvider _time = new();
    private readonly Recorder _application = new();
    private readonly SipEndpoint _endpoint;
    private readonly IPEndPoint _target;

    public TcpTransportTests()
    {
        _endpoint = Endpoint(_application, new SipEndpointOptions { Listeners = [Tcp], MaxConnections = 4 }, _time);
        _target = _endpoint.Listeners[0].LocalEndPoint;
    }

    private static SipListenerOptions Tcp => new(SipTransportProtocol.Tcp, new IPEndPoint(IPAddress.Loopback, 0));

    [Fact]
    public async Task A_message_split_at_every_byte_is_answered_each_time()
    {
        using var client = await ConnectAsync();
        var message = Options(1);
        for (var split = 1; split < message.Length; split++)
        {
            var bytes = Options(split);
            client.Send(bytes[..split]);
            client.Send(bytes[split..]);
            Assert.Equal((uint)split, (await ReceiveAsync(client)).CSeq.Number);
        }
    }

    [Fact]
    public async Task A_message_that_comes_byte_by_byte_after_a_keep_alive_is_answered_after_the_pong()
    {
        using var client = await ConnectAsync();
        foreach (var b in "\r\n\r\n"u8.ToArray().Concat(Options(1)))
            client.Send([b]);

        var pong = new byte[2];
        Assert.Equal(2, await client.ReceiveAsync(pong).WaitAsync(Patience));
        Assert.Equal("\r\n"u8, pong);
        Assert.Equal(200, (await ReceiveAsync(client)).StatusCode);
    }

    [Fact]
    public async Task Two_messages_in_one_segment_are_both_answered()
    {
        using var client = await ConnectAsync();

        client.Send([.. Options(1), .. Options(2)]);

        var first = await ReceiveAsync(client, many: true);
        Assert.Equal(2, first);
    }

    [Fact]
    public async Task What_cannot_be_framed_closes_the_connection_and_no_other()
    {
        using var good = await ConnectAsync();
        using var bad = await ConnectAsync();

        bad.Send(Encoding.ASCII.GetBytes("OPTIONS sip:a SIP/2.0\r\nContent-Length: 4294967328\r\n\r\n"));

        await bad.WaitForCloseAsync(Patience);
        good.Send(Options(1));
        Assert.Equal(200, (await ReceiveAsync(good)).StatusCode);
    }

    [Fact]
    public async Task Connections_beyond_the_bound_are_closed_at_once()
    {
        var open = new List<Socket>();
        for (var i = 0; i < 4; i++)
        {
            open.Add(await ConnectAsync());
            open[i].Send(Options(1));
            await ReceiveAsync(open[i]);
        }

        using var tooMany = await ConnectAsync();
        await tooMany.WaitForCloseAsync(Patience);
        open.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task An_idle_connection_is_closed()
    {
        using var client = await ConnectAsync();
        client.Send(Options(1));
        await ReceiveAsync(client);

        _time.Advance(TimeSpan.FromMinutes(11));

        await client.WaitForCloseAsync(Patience);
        Assert.Equal(0, _endpoint.Timers.Count);
    }

    [Fact]
    public async Task An_idle_connection_by_which_somebody_registered_stays_until_the_registration_ends()
    {
        _application.Requested = request =>
        {
            request.HoldFlow(TimeSpan.FromMinutes(30));
            request.Respond(200);
        };
        using var client = await ConnectAsync();
        client.Send(Options(1));
        await ReceiveAsync(client);

        _time.Advance(TimeSpan.FromMinutes(29));
        client.Send(Options(2));
        Assert.Equal(200, (await ReceiveAsync(client)).StatusCode);
        _time.Advance(TimeSpan.FromMinutes(31));

        await client.WaitForCloseAsync(Patience);
    }

    [Fact]
    public async Task An_idle_connection_stays_while_a_call_goes_over_it()
    {
        var confirmed = new TaskCompletionSource();
        _application.Confirmed = _ => confirmed.SetResult();
        var caller = new Recorder();
        await using var endpoint = Endpoint(caller, new SipEndpointOptions { Listeners = [Tcp], ConnectionIdleTimeout = TimeSpan.FromDays(1) }, TimeProvider.System);
        endpoint.Invite(new InviteRequest { Target = Uri(_target.Port, "tcp"), From = Me, Body = SipBody.Sdp("offer") }, caller);
        await confirmed.Task.WaitAsync(Patience);

        _time.Advance(TimeSpan.FromHours(1));
        var ended = new TaskCompletionSource();
        caller.Ended = _ => ended.SetResult();
        _application.Session.Bye();
        await ended.Task.WaitAsync(Patience);

        Assert.Equal("ended RemoteBye", caller.Events[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RFC5626_4_4_1_a_peer_that_answers_pings_is_gone_when_it_leaves_one_unanswered(bool answersPings)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _endpoint.SendRequest(new SipRequest("OPTIONS", Uri(((IPEndPoint)listener.LocalEndPoint!).Port, "tcp")) { From = Me, To = Me }, (_, _) => { });
        using var peer = await listener.AcceptAsync().WaitAsync(Patience);
        await ReadUntilAsync(peer, "Content-Length: 0\r\n\r\n");

        _time.Advance(TimeSpan.FromSeconds(96));
        await ReadUntilAsync(peer, "\r\n\r\n");
        peer.Send([.. answersPings ? "\r\n"u8 : [], .. Options(1)]);
        await ReceiveAsync(peer); // by now the pong was read, too
        _time.Advance(TimeSpan.FromSeconds(96));
        await ReadUntilAsync(peer, answersPings ? "\r\n\r\n" : "");
        _time.Advance(TimeSpan.FromSeconds(11));

        if (answersPings)
        {
            await peer.WaitForCloseAsync(Patience);
            return;
        }

        _time.Advance(TimeSpan.FromSeconds(96));
        await ReadUntilAsync(peer, "\r\n\r\n"); // it is pinged all the same
        peer.Send(Options(2));
        Assert.Equal(2u, (await ReceiveAsync(peer)).CSeq.Number);
    }

    [Fact]
    public async Task A_flow_leads_to_its_connection_and_nowhere_once_that_is_gone()
    {
        SipUri? path = null;
        _application.Requested = request =>
        {
            path = request.FlowPath;
            request.Respond(200);
        };
        using (var phone = await ConnectAsync())
        {
            phone.Send(Options(1));
            await ReceiveAsync(phone);

            var reached = new Recorder();
            _endpoint.Invite(new InviteRequest { Target = SipUri.Parse("sip:phone@invalid.example;transport=tcp"), From = Me, Route = [path!] }, reached);
            await ReadUntilAsync(phone, "Content-Length: 0\r\n\r\n");
        }

        var gone = new Recorder();
        await Eventually.True(() =>
        {
            gone.Events.Clear();
            _endpoint.Invite(new InviteRequest { Target = SipUri.Parse("sip:phone@invalid.example;transport=tcp"), From = Me, Route = [path!] }, gone);
            return gone.Events.Contains("rejected 430");
        }, Patience);
    }

    [Fact]
    public async Task A_refused_connection_fails_the_call_with_503()
    {
        var unused = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var ended = new TaskCompletionSource();
        var caller = new Recorder { Ended = _ => ended.SetResult() };

        _endpoint.Invite(new InviteRequest { Target = Uri(((IPEndPoint)unused.LocalEndPoint!).Port, "tcp"), From = Me }, caller);
        await ended.Task.WaitAsync(Patience);

        Assert.Equal(["rejected 503", "ended RemoteReject"], caller.Events);
        unused.Dispose();
    }

    [Fact]
    public async Task A_call_over_TCP_uses_one_connection_both_ways()
    {
        var ended = new TaskCompletionSource();
        var confirmed = new TaskCompletionSource();
        var caller = new Recorder { Ended = _ => ended.SetResult() };
        await using var endpoint = Endpoint(caller, new SipEndpointOptions { Listeners = [Tcp] }, TimeProvider.System);
        _application.Confirmed = _ => confirmed.SetResult();

        endpoint.Invite(new InviteRequest { Target = Uri(_target.Port, "tcp"), From = Me, Body = SipBody.Sdp("offer") }, caller);
        await confirmed.Task.WaitAsync(Patience);
        _application.Session.Bye();
        await ended.Task.WaitAsync(Patience);

        Assert.Equal(["accepted", "ended RemoteBye"], caller.Events);
        Assert.NotEqual(endpoint.Listeners[0].LocalEndPoint, _application.Session.RemoteEndPoint);
    }

    [Fact]
    public async Task RFC3261_18_2_2_when_the_connection_is_gone_the_response_goes_to_the_port_of_sent_by()
    {
        var arrived = new TaskCompletionSource<IncomingRequest>();
        _application.Requested = arrived.SetResult;
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var options = Encoding.ASCII.GetString(Options(1)).Replace("127.0.0.1:9", listener.LocalEndPoint!.ToString(), StringComparison.Ordinal);
        using (var client = await ConnectAsync())
        {
            client.Send(Encoding.ASCII.GetBytes(options));
            await arrived.Task.WaitAsync(Patience);
        }

        await Eventually.True(() => _endpoint.Timers.Count == 1, Patience); // the connection's is gone, the transaction's there
        (await arrived.Task).Respond(200);

        using var accepted = await listener.AcceptAsync().WaitAsync(Patience);
        Assert.Equal(200, (await ReceiveAsync(accepted)).StatusCode);
    }

    [Fact]
    public async Task RFC3261_18_1_1_a_large_request_leaves_over_TCP_when_the_target_takes_it()
    {
        var arrived = new TaskCompletionSource<SipListener>();
        var callee = new Recorder();
        await using var listening = Endpoint(callee, new SipEndpointOptions { Listeners = [Tcp] }, TimeProvider.System);
        callee.Requested = request =>
        {
            arrived.TrySetResult(request.Listener);
            request.Respond(200);
        };
        await using var sending = Endpoint(
            new Recorder(), new SipEndpointOptions { Listeners = [Tcp with { Protocol = SipTransportProtocol.Udp }, Tcp], LargeRequestsOverTcp = true }, TimeProvider.System);
        var status = new TaskCompletionSource<int>();
        var request = new SipRequest("OPTIONS", Uri(listening.Listeners[0].LocalEndPoint.Port, null)) { From = Me, To = Me };
        request.Headers.Add("Subject", new string('x', 1400));

        sending.SendRequest(request, (final, _) => status.SetResult(final));

        Assert.Equal(200, await status.Task.WaitAsync(Patience));
        Assert.Equal(SipTransportProtocol.Tcp, (await arrived.Task).Protocol);
    }

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();

    private static NameAddress Me => new(SipUri.Parse("sip:me@127.0.0.1"));

    private static SipUri Uri(int port, string? transport)
    {
        var uri = new SipUri("sip", "service", "127.0.0.1", port);
        return transport is null ? uri : uri.WithParameter("transport", transport);
    }

    private static SipEndpoint Endpoint(Recorder application, SipEndpointOptions options, TimeProvider time)
    {
        var endpoint = new SipEndpoint(options, application, time, NullLogger<SipEndpoint>.Instance);
        endpoint.StartAsync().GetAwaiter().GetResult();
        return endpoint;
    }

    private static byte[] Options(int cseq) => Encoding.ASCII.GetBytes(
        $"""
        OPTIONS sip:service@localhost SIP/2.0
        Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK{cseq}
        From: <sip:peer@localhost>;tag=1
        To: <sip:service@localhost>
        Call-ID: call@peer
        CSeq: {cseq} OPTIONS
        Content-Length: 4

        body
        """.ReplaceLineEndings("\r\n"));

    private static async Task ReadUntilAsync(Socket socket, string end)
    {
        var text = "";
        var buffer = new byte[8192];
        while (!text.EndsWith(end, StringComparison.Ordinal))
            text += Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer).WaitAsync(Patience));
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(_target).WaitAsync(Patience);
        return client;
    }

    private static async Task<SipResponse> ReceiveAsync(Socket socket)
    {
        var framer = new SipFramer();
        var buffer = new byte[8192];
        var filled = 0;
        while (true)
        {
            filled += await socket.ReceiveAsync(buffer.AsMemory(filled)).AsTask().WaitAsync(Patience);
            if (framer.Read(buffer.AsSpan(0, filled)) is { Kind: SipFrameKind.Message } frame)
                return Assert.IsType<SipResponse>(SipParser.Parse(buffer.AsSpan(0, frame.Length)).Message);
        }
    }

    private static async Task<int> ReceiveAsync(Socket socket, bool many)
    {
        Assert.True(many);
        var text = "";
        var buffer = new byte[8192];
        while (text.Split("SIP/2.0 200").Length < 3 || !text.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            text += Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer).WaitAsync(Patience));
        return text.Split("SIP/2.0 200").Length - 1;
    }
}
