using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Sip.Tests.Transports;

/// <summary>RFC 7118 over real sockets, with .NET's own WebSocket client.</summary>
public sealed class WebSocketTransportTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TestAuthority _authority = new();
    private readonly TlsFolder _files;
    private readonly FakeTimeProvider _time = new();
    private readonly Recorder _application = new();
    private readonly SipEndpoint _endpoint;

    public WebSocketTransportTests()
    {
        _files = new TlsFolder(_authority, "127.0.0.1");
        _endpoint = new SipEndpoint(new SipEndpointOptions
        {
            Listeners = [new(SipTransportProtocol.Ws, new IPEndPoint(IPAddress.Loopback, 0)), new(SipTransportProtocol.Wss, new IPEndPoint(IPAddress.Loopback, 0))],
            Tls = _files.Options with { ClientCertificates = Sip.Tls.ClientCertificates.Required }, // which browsers are not asked for
        }, _application, _time, NullLogger<SipEndpoint>.Instance);
        _endpoint.StartAsync().GetAwaiter().GetResult();
    }

    [Theory]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task A_request_is_answered_in_one_message_and_may_come_in_many_frames(string scheme)
    {
        using var client = await ConnectAsync(scheme);
        var options = Options(1, scheme);

        await client.SendAsync(options.AsMemory(0, 10), WebSocketMessageType.Text, false, default);
        await client.SendAsync(options.AsMemory(10, 0), WebSocketMessageType.Text, false, default);
        await client.SendAsync(options.AsMemory(10), WebSocketMessageType.Text, true, default);
        var response = await ReceiveAsync<SipResponse>(client);

        Assert.Equal(200, response.StatusCode);
        Assert.Equal(scheme.ToUpperInvariant(), response.TopVia!.Transport);
    }

    [Fact]
    public async Task RFC7118_5_a_message_without_Content_Length_ends_where_the_WebSocket_message_does()
    {
        IncomingRequest? arrived = null;
        _application.Requested = request =>
        {
            arrived = request;
            request.Respond(200);
        };
        using var client = await ConnectAsync("ws");

        await client.SendAsync(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Options(1, "ws")).Replace("Content-Length: 4\r\n", "", StringComparison.Ordinal)),
            WebSocketMessageType.Binary, true, default);
        await ReceiveAsync<SipResponse>(client);

        Assert.Equal("body"u8, arrived!.Request.Body.Span);
    }

    [Fact]
    public async Task A_browser_is_called_over_its_own_connection()
    {
        SipUri? path = null;
        _application.Requested = request =>
        {
            path = request.FlowPath;
            request.Respond(200);
        };
        using var client = await ConnectAsync("wss");
        await client.SendAsync(Options(1, "wss"), WebSocketMessageType.Text, true, default);
        await ReceiveAsync<SipResponse>(client);

        _endpoint.Invite(new InviteRequest { Target = SipUri.Parse("sip:x@df7jal23ls0d.invalid;transport=ws"), From = new NameAddress(SipUri.Parse("sip:me@127.0.0.1")), Route = [path!] }, new Recorder());
        var invite = await ReceiveAsync<SipRequest>(client);

        Assert.Equal("sip:x@df7jal23ls0d.invalid;transport=ws", invite.RequestUri.ToString());
        Assert.Empty(invite.Route);
        Assert.Equal("WSS", invite.TopVia!.Transport);
        Assert.Equal("ws", invite.Contact[0].Uri.Transport);
    }

    [Fact]
    public void Nobody_is_connected_to_over_WebSocket()
    {
        var caller = new Recorder();

        _endpoint.Invite(new InviteRequest { Target = SipUri.Parse("sip:x@127.0.0.1:9;transport=ws"), From = new NameAddress(SipUri.Parse("sip:me@127.0.0.1")) }, caller);

        Assert.Equal("rejected 503", caller.Events[0]);
    }

    [Fact]
    public async Task A_keep_alive_is_answered()
    {
        using var client = await ConnectAsync("ws");
        var buffer = new byte[10];

        await client.SendAsync("\r\n\r\n"u8.ToArray(), WebSocketMessageType.Text, true, default);
        var received = await client.ReceiveAsync(buffer, default).WaitAsync(Patience);

        Assert.Equal("\r\n"u8, buffer.AsSpan(0, received.Count));
    }

    [Fact]
    public async Task Too_long_a_message_closes_the_connection()
    {
        using var client = await ConnectAsync("ws");
        var part = new byte[40_000];

        await client.SendAsync(part, WebSocketMessageType.Binary, false, default);
        await client.SendAsync(part, WebSocketMessageType.Binary, false, default);
        var received = await client.ReceiveAsync(new byte[10], default).WaitAsync(Patience);

        Assert.Equal(WebSocketCloseStatus.MessageTooBig, received.CloseStatus);
    }

    [Fact]
    public async Task Whoever_does_not_speak_sip_is_refused()
    {
        using var client = new ClientWebSocket();
        client.Options.AddSubProtocol("chat");

        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(Uri("ws"), default).WaitAsync(Patience));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 426 ")]
    [InlineData("OPTIONS sip:edge SIP/2.0\r\n\r\n", "HTTP/1.1 400 ")]
    public async Task Other_requests_are_answered_and_closed(string request, string answer)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(_endpoint.Listeners[0].LocalEndPoint);

        client.Send(Encoding.ASCII.GetBytes(request));

        var text = "";
        var buffer = new byte[1000];
        int length;
        while ((length = await client.ReceiveAsync(buffer).WaitAsync(Patience)) > 0)
            text += Encoding.ASCII.GetString(buffer, 0, length);
        Assert.StartsWith(answer, text, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _files.Dispose();
        _authority.Dispose();
    }

    private static byte[] Options(int cseq, string transport) => Encoding.ASCII.GetBytes(
        $"""
        OPTIONS sip:service@localhost SIP/2.0
        Via: SIP/2.0/{transport.ToUpperInvariant()} df7jal23ls0d.invalid;branch=z9hG4bK{cseq}
        From: <sip:peer@localhost>;tag=1
        To: <sip:service@localhost>
        Call-ID: call@peer
        CSeq: {cseq} OPTIONS
        Content-Length: 4

        body
        """.ReplaceLineEndings("\r\n"));

    private static async Task<T> ReceiveAsync<T>(ClientWebSocket client)
        where T : SipMessage
    {
        var buffer = new byte[8192];
        var received = await client.ReceiveAsync(buffer, default).WaitAsync(Patience);
        Assert.True(received.EndOfMessage);
        return Assert.IsType<T>(SipParser.Parse(buffer.AsSpan(0, received.Count)).Message);
    }

    private Uri Uri(string scheme) => new($"{scheme}://{_endpoint.Listeners[scheme == "ws" ? 0 : 1].LocalEndPoint}/");

    private async Task<ClientWebSocket> ConnectAsync(string scheme)
    {
        var client = new ClientWebSocket();
        client.Options.AddSubProtocol("sip");
        client.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        await client.ConnectAsync(Uri(scheme), default).WaitAsync(Patience);
        Assert.Equal("sip", client.SubProtocol);
        return client;
    }
}
