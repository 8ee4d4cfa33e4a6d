using System.Net;
using System.Net.Sockets;
using System.Text;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Hostile;

/// <summary>What a caller writes into private and identity headers stops at the edge unless its trunk is trusted.</summary>
[Collection(TestCollections.Alone)]
public sealed class BorderTests : IDisposable
{
    private const string Headers = "X-CallCluster-Queue: forged\r\nx-callcluster-call: forged\r\nP-Asserted-Identity: \"forged\" <sip:+12025550123@carrier.example>\r\n" +
        "P-Charging-Vector: icid-value=forged\r\nDiversion: <sip:+12025550177@forged.example>\r\nContent-Type: application/sdp\r\n";

    private readonly ScratchDirectory _scratch = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_the_asserted_identity_of_a_trusted_trunk_reaches_the_agent(bool trusted)
    {
        using var phone = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        phone.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Trunks", "carrier", $$"""{ "AllowFrom": ["127.0.0.1/32"], "TrustIdentity": {{(trusted ? "true" : "false")}} }""")
            .With("Numbers", "6000", "\"agent:ann\"").With("Agents", "ann", $$"""{ "Contact": "sip:ann@127.0.0.1:{{((IPEndPoint)phone.LocalEndPoint!).Port}}" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        using var caller = RawSip.Udp(server.SipPort);
        var body = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n";
        var invite = caller.Request("INVITE", "6000", Headers, body);
        await caller.Send(invite);

        var buffer = new byte[65536];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var heard = Encoding.UTF8.GetString(buffer, 0, await phone.ReceiveAsync(buffer, SocketFlags.None, limit.Token));

        Assert.StartsWith("INVITE sip:ann@", heard, StringComparison.Ordinal);
        Assert.Equal(trusted, RawSip.Header(heard, "From")!.Contains("+12025550123", StringComparison.Ordinal));
        Assert.Null(RawSip.Header(heard, "X-CallCluster-Queue"));
        Assert.NotEqual("forged", RawSip.Header(heard, "X-CallCluster-Call"));
        Assert.Null(RawSip.Header(heard, "P-Asserted-Identity"));
        Assert.Null(RawSip.Header(heard, "P-Charging-Vector"));
        Assert.Null(RawSip.Header(heard, "Diversion"));
        Assert.StartsWith("SIP/2.0 403 No Agent Registers Here", await caller.FinalResponse(caller.Request("REGISTER", "ann")), StringComparison.Ordinal);
        await server.WaitForLog("REGISTER refused with 403, no_agent_registers: from 127.0.0.1:", TimeSpan.FromSeconds(5));
        Assert.Equal(1, await server.Metric("callcluster_edge_registrations_total", "result=\"no_agent_registers\""));
        await caller.Send(RawSip.Cancel(invite));
        await caller.Response(invite);
        Assert.Equal(trusted ? "+12025550177" : null, (string?)(await server.Records(1))[0]["divertedFrom"]);
    }

    public void Dispose() => _scratch.Dispose();
}
