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
        var flood = Flood(attacker, mediaPorts, 4 * Calls + 8, stop.Token);

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

    public void Dispose() => _scratch.Dispose();

    private static async Task<int> Flood(Socket attacker, int firstPort, int ports, CancellationToken stop)
    {
        var packet = new byte[172];
        packet[0] = 0x80;
        packet[8] = 0x66;
        packet.AsSpan(12).Fill(0x2A);
        var sent = 0;
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        try
        {
            for (ushort sequence = 0; await pace.WaitForNextTickAsync(stop); sequence++)
            {
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
