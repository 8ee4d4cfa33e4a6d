using System.Net;
using System.Net.Sockets;
using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>
/// The 49 messages of RFC 4475 against an endpoint on real sockets: each gets the answer that the RFC demands or none, and a good OPTIONS is answered after it.
/// What reaches the application is answered with 200, so a 200 here says that the stack took the request (wsinv is in a dialog that is not here: 481).
/// </summary>
public sealed class Rfc4475EndpointTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What becomes of the byte stream after the message.</summary>
    public enum Stream
    {
        /// <summary>The next message on the connection is answered.</summary>
        GoesOn,

        /// <summary>The message has no end yet, so what follows is part of it: the next good message needs a new connection.</summary>
        Waits,

        /// <summary>Its length cannot be known: the endpoint closes.</summary>
        Closes,
    }

    /// <summary>Name; statuses sent for it as a datagram; what becomes of the stream. Over a stream the statuses are the same but for <see cref="OverTcp"/>.</summary>
    public static TheoryData<string, int[], Stream> Messages => new()
    {
        { "wsinv", [481], Stream.GoesOn },
        { "intmeth", [501], Stream.GoesOn },
        { "esc01", [200], Stream.GoesOn },
        { "escnull", [200], Stream.GoesOn },
        { "esc02", [501], Stream.GoesOn },
        { "lwsdisp", [200], Stream.GoesOn },
        { "longreq", [200], Stream.GoesOn },
        { "dblreq", [200], Stream.GoesOn },
        { "semiuri", [200], Stream.GoesOn },
        { "transports", [200], Stream.GoesOn },
        { "mpart01", [405], Stream.GoesOn },
        { "unreason", [], Stream.GoesOn },
        { "noreason", [], Stream.GoesOn },
        { "badinv01", [400], Stream.GoesOn },
        { "clerr", [400], Stream.Waits },
        { "ncl", [400], Stream.Closes },
        { "scalar02", [400], Stream.GoesOn },
        { "scalarlg", [], Stream.GoesOn },
        { "quotbal", [400], Stream.GoesOn },
        { "ltgtruri", [400], Stream.GoesOn },
        { "lwsruri", [400], Stream.GoesOn },
        { "lwsstart", [400], Stream.GoesOn },
        { "trws", [400], Stream.GoesOn },
        { "escruri", [400], Stream.GoesOn },
        { "baddate", [200], Stream.GoesOn },
        { "regbadct", [400], Stream.GoesOn },
        { "badaspec", [400], Stream.GoesOn },
        { "baddn", [400], Stream.Waits },
        { "badvers", [505], Stream.GoesOn },
        { "mismatch01", [400], Stream.GoesOn },
        { "mismatch02", [400], Stream.GoesOn },
        { "bigcode", [], Stream.GoesOn },
        { "badbranch", [200], Stream.GoesOn },
        { "insuf", [400], Stream.GoesOn },
        { "unkscm", [416], Stream.GoesOn },
        { "novelsc", [416], Stream.GoesOn },
        { "unksm2", [200], Stream.GoesOn },
        { "bext01", [420], Stream.GoesOn },
        { "invut", [415], Stream.GoesOn },
        { "regaut01", [200], Stream.GoesOn },
        { "multi01", [400], Stream.GoesOn },
        { "mcl01", [400], Stream.Closes },
        { "bcast", [], Stream.GoesOn },
        { "zeromf", [200], Stream.GoesOn },
        { "cparam01", [200], Stream.GoesOn },
        { "cparam02", [200], Stream.GoesOn },
        { "regescrt", [200], Stream.GoesOn },
        { "sdp01", [406], Stream.GoesOn },
        { "inv2543", [200], Stream.Waits },
    };

    /// <summary>Trailing octets of a datagram are a second message in a stream; what a stream waits for, it does not answer.</summary>
    private static int[] OverTcp(string name, int[] overUdp) => name switch
    {
        "dblreq" => [200, 200],
        "clerr" or "baddn" => [],
        _ => overUdp,
    };

    [Fact]
    public void All_49_are_here() =>
        Assert.Equal(Rfc4475Corpus.ReadAll().Select(message => message.Name).Where(name => name != "test"), Messages.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task As_a_datagram(string name, int[] statuses, Stream stream)
    {
        _ = stream;
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var transport = new RecordingUdpTransport((IPEndPoint)client.LocalEndPoint!);
        await using var endpoint = new SipEndpoint(new SipEndpointOptions(), Application, new FakeTimeProvider(), NullLogger.Instance, _ => [transport]);
        await endpoint.StartAsync();
        await client.ConnectAsync(endpoint.Listeners[0].LocalEndPoint);

        client.Send(Rfc4475Corpus.Read(name));
        client.Send(Probe("UDP", 1));
        var buffer = new byte[65_535];
        RawAnswer answer;
        do
            answer = new RawAnswer(buffer.AsSpan(0, await client.ReceiveAsync(buffer).WaitAsync(Patience)));
        while (!answer.IsTo("probe", 1));

        Assert.Equal(200, answer.Status);
        AssertFit([.. transport.Sent.Select(sent => new RawAnswer(sent)).Where(sent => !sent.IsTo("probe", 1))], statuses);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task As_a_stream(string name, int[] statuses, Stream stream)
    {
        statuses = OverTcp(name, statuses);
        await using var endpoint = await ListenAsync();
        using var client = await RawSipStream.ConnectAsync(endpoint);

        client.Send(Rfc4475Corpus.Read(name));

        await AssertAnswersAsync(client, endpoint, statuses, stream);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task As_a_stream_that_arrives_byte_by_byte(string name, int[] statuses, Stream stream)
    {
        statuses = OverTcp(name, statuses);
        await using var endpoint = await ListenAsync();
        using var client = await RawSipStream.ConnectAsync(endpoint);

        foreach (var one in Rfc4475Corpus.Read(name))
        {
            if (!client.TrySend([one]))
                break;
        }

        await AssertAnswersAsync(client, endpoint, statuses, stream);
    }

    /// <summary>The same message again and again is a retransmission, so its answers were checked above; here the stream and what follows count.</summary>
    [Theory]
    [MemberData(nameof(Messages))]
    public async Task As_a_stream_split_at_every_byte(string name, int[] statuses, Stream stream)
    {
        _ = statuses;
        var message = Rfc4475Corpus.Read(name);
        await using var endpoint = await ListenAsync();
        using var other = await RawSipStream.ConnectAsync(endpoint);
        var client = await RawSipStream.ConnectAsync(endpoint);
        for (var split = 1; split < message.Length; split++)
        {
            client.Send(message.AsSpan(0, split));
            client.TrySend(message.AsSpan(split));
            if (stream == Stream.GoesOn)
            {
                client.Send(Probe("TCP", split));
                Assert.Equal(200, (await client.AnswerAsync("probe", split))?.Status);
                continue;
            }

            if (stream == Stream.Closes)
                Assert.Null(await client.AnswerAsync("probe", split));
            client.Dispose();
            other.Send(Probe("TCP", split));
            Assert.Equal(200, (await other.AnswerAsync("probe", split))?.Status);
            client = await RawSipStream.ConnectAsync(endpoint);
        }

        client.Dispose();
    }

    private static async Task AssertAnswersAsync(RawSipStream client, SipEndpoint endpoint, int[] statuses, Stream stream)
    {
        var answers = new List<RawAnswer>();
        if (stream == Stream.GoesOn)
            client.Send(Probe("TCP", 1));
        while ((stream != Stream.Waits || answers.Count < statuses.Length) && await client.ReceiveAsync() is { } answer && !answer.IsTo("probe", 1))
            answers.Add(answer);

        AssertFit(answers, statuses);
        Assert.Equal(stream == Stream.Closes, client.IsClosed);
        using var next = await RawSipStream.ConnectAsync(endpoint);
        next.Send(Probe("TCP", 2));
        Assert.Equal(200, (await next.AnswerAsync("probe", 2))?.Status);
    }

    private static void AssertFit(IReadOnlyList<RawAnswer> answers, int[] statuses)
    {
        Assert.Equal(statuses, answers.Select(answer => answer.Status));
        foreach (var answer in answers.Where(answer => answer.Status >= 300))
        {
            Assert.EndsWith("\r\nContent-Length: 0\r\n\r\n", answer.Text, StringComparison.Ordinal);
            if (answer.Status is 405 or 501)
                Assert.Contains("\r\nAllow: INVITE,", answer.Text, StringComparison.Ordinal);
            if (answer.Status is 406 or 415)
                Assert.Contains("\r\nAccept: application/sdp, multipart/mixed", answer.Text, StringComparison.Ordinal);
            if (answer.Status == 420)
                Assert.Contains("\r\nUnsupported: nothingSupportsThis, nothingSupportsThisEither\r\n", answer.Text, StringComparison.Ordinal);
        }
    }

    private static Recorder Application => new() { Requested = request => request.Respond(200) };

    private static async Task<SipEndpoint> ListenAsync()
    {
        var listener = new SipListenerOptions(SipTransportProtocol.Tcp, new IPEndPoint(IPAddress.Loopback, 0));
        var endpoint = new SipEndpoint(new SipEndpointOptions { Listeners = [listener] }, Application, new FakeTimeProvider(), NullLogger<SipEndpoint>.Instance);
        await endpoint.StartAsync();
        return endpoint;
    }

    private static byte[] Probe(string transport, int number) => Encoding.ASCII.GetBytes(
        $"OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/{transport} 127.0.0.1;rport;branch=z9hG4bKprobe{number}\r\nMax-Forwards: 70\r\nFrom: <sip:probe@127.0.0.1>;tag=p\r\n" +
        $"To: <sip:x@127.0.0.1>\r\nCall-ID: probe\r\nCSeq: {number} OPTIONS\r\nContent-Length: 0\r\n\r\n");
}
