using System.Net;
using System.Net.Sockets;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Hostile;

/// <summary>An attacker floods every media port of the server with well-formed RTP while sipp's calls go on: nobody hears it, and it is sent nothing. In packets: CallCluster.Media.Tests, InjectAndBleedTests.</summary>
public sealed class RtpInjectionTests : IDisposable
{
    private const int Calls = 10;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task Whoever_sends_first_or_most_is_not_heard_and_hears_nothing()
    {
        var (agentPort, mediaPorts) = (FreePorts.One(), FreePorts.Block(4 * Calls + 8));
        await using var server = await CallClusterProcess.Start(new CallClusterConfiguration(_scratch)
            .With("Media", "PortMin", $"{mediaPorts}").With("Media", "PortMax", $"{mediaPorts + 4 * Calls + 7}")
            .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", Calls, agentPort, "support"));
        using var attacker = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        attacker.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.66"), 0));
        using var stop = new CancellationTokenSource();
        // From before the first call on: where a port opens, the attacker is first.
        var flood = Flood(attacker, mediaPorts, 4 * Calls + 8, [Audio(payloadLength: 160)], stop.Token);

        AudioParty[] callerParties = SippCalls.Parties(1, Calls), agentParties = SippCalls.Parties(1001, Calls);
        await using var agents = await SippCalls.Agents(_scratch, agentPort, agentParties);
        await using var callers = SippCalls.Callers(_scratch, server.SipPort, "6000", callerParties, TimeSpan.FromSeconds(4), perSecond: 5);
        await using var conversation = new Conversation(() => [.. callers.LogLines, .. agents.LogLines], [.. callerParties, .. agentParties]);
        var called = await callers.Finished(TimeSpan.FromSeconds(60));
        await agents.Stop();
        await conversation.Stop();
        await stop.CancelAsync();
        var sent = await flood;

        Assert.True(called is { ExitCode: 0, Successful: Calls, Failed: 0 }, $"{called}");
        AudioAssert.TalkedInPairs(callerParties, agentParties, TimeSpan.FromSeconds(3));
        Assert.Equal(0, attacker.Available);
        Assert.True(sent > 1000, $"only {sent} packets were sent");
        Assert.True(await server.Metric("callcluster_media_dropped_packets_total", "reason=\"foreign\"") > 100, await server.Metrics());
        await server.IsIdle();
    }

    [Fact]
    public async Task A_call_over_dtls_and_ice_begins_and_goes_on_under_a_flood_of_all_that_shares_its_port()
    {
        const double callerTone = 880, agentTone = 440;
        const int ports = 8;
        var mediaPorts = FreePorts.Block(ports);
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), agentTone);
        await using var server = await CallClusterProcess.Start(new CallClusterConfiguration(_scratch)
            .With("Media", "PortMin", $"{mediaPorts}").With("Media", "PortMax", $"{mediaPorts + ports - 1}").With("Media", "Srtp", "\"Optional\"")
            .With("Numbers", "bob", "\"agent:bob\"").With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}" }"""));
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, callerTone, encryption: "dtls_srtp", ice: true);
        // From a port of the peer's own host.
        using var attacker = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        attacker.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var stop = new CancellationTokenSource();
        byte[] hello = [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 1, 0, 0, 48, 0, 0, 0, 0, 0, 0, 0, 48, 0xFE, 0xFD, .. new byte[46]];
        byte[] alert = [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 40];
        byte[] check = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, .. new byte[12]];
        var flood = Flood(attacker, mediaPorts, ports, [Audio(160), Audio(176), hello, alert, check], stop.Token);

        await caller.Dial($"sip:bob@127.0.0.1:{server.SipPort}");
        await caller.Established();
        await caller.HearsFor(TimeSpan.FromSeconds(2));
        await bob.HearsFor(TimeSpan.FromSeconds(2));
        await caller.HangUp();
        await bob.Closed();
        await stop.CancelAsync();
        await flood;

        Assert.Equal(0, attacker.Available);
        Assert.True(await server.Metric("callcluster_media_dropped_packets_total", "reason=\"check\"") > 20, await server.Metrics());
        Assert.True(await server.Metric("callcluster_media_dropped_packets_total", "reason=\"foreign\"") > 50, await server.Metrics());
        Assert.Equal(1, await server.Metric("callcluster_media_dtls_handshakes_total", "result=\"done\""));
        Assert.InRange(Tone.Heard(await caller.Heard(), agentTone).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await bob.Heard(), callerTone).TotalSeconds, 1, 20);
    }

    public void Dispose() => _scratch.Dispose();

    /// <summary>Well-formed RTP in mu-law; to who expects SRTP it is such under a key that is not the peer's.</summary>
    private static byte[] Audio(int payloadLength)
    {
        var packet = new byte[12 + payloadLength];
        packet[0] = 0x80;
        packet[8] = 0x66;
        packet.AsSpan(12).Fill(0x2A);
        return packet;
    }

    private static async Task<int> Flood(Socket attacker, int firstPort, int ports, byte[][] packets, CancellationToken stop)
    {
        var sent = 0;
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        try
        {
            for (ushort sequence = 0; await pace.WaitForNextTickAsync(stop); sequence++)
            {
                var packet = packets[sequence % packets.Length];
                if (packet[0] == 0x80)
                    (packet[2], packet[3]) = ((byte)(sequence >> 8), (byte)sequence);
                for (var port = firstPort; port < firstPort + ports; port += 2, sent++)
                    attacker.SendTo(packet, new IPEndPoint(IPAddress.Loopback, port));
            }
        }
        catch (OperationCanceledException)
        {
            // The calls are over.
        }

        return sent;
    }
}
