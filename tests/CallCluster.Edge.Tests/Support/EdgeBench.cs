using System.Net;
using System.Threading.Channels;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Calls;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.Edge.Tests.Support;

/// <summary>A whole edge on loopback, with the test as its cluster and its SIP peers. Everybody on loopback is the trunk "carrier".</summary>
internal sealed class EdgeBench : IRoutingConfiguration, IAsyncDisposable
{
    /// <summary>For what is bound to come.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _passwords = Path.GetTempFileName();
    private readonly EdgeServer _server;
    private readonly Dictionary<string, long> _lastCommands = [];

    private EdgeBench()
    {
        (Cluster, var grains) = ClusterDouble.New();
        File.WriteAllText(_passwords, "wonderland");
        Current = new RoutingOptions
        {
            Trunks = new Dictionary<string, TrunkOptions> { ["carrier"] = new() { AllowFrom = ["127.0.0.1"], Proxy = "sip:127.0.0.1:9;transport=tls" } },
            Numbers = new Dictionary<string, string> { ["6000"] = "agent:alice" },
            Agents = new Dictionary<string, AgentOptions> { ["alice"] = new() { Username = "alice", PasswordFile = _passwords, Mailbox = "sales" } },
        };
        var options = new EdgeOptions
        {
            EdgeId = "edge-1",
            Listeners = [new SipListenerOptions(SipTransportProtocol.Udp, new IPEndPoint(IPAddress.Loopback, 0))],
            Key = [.. "a key of this test"u8],
            MediaPortMin = 0,
            MediaPortMax = 0,
        };
        _server = new EdgeServer(options, grains, this, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public ClusterDouble Cluster { get; }

    /// <summary>May be replaced.</summary>
    public RoutingOptions Current { get; set; }

    public EdgeContext Edge => _server.Context;

    public static async Task<EdgeBench> Start()
    {
        var bench = new EdgeBench();
        await bench._server.StartAsync(TestContext.Current.CancellationToken);
        return bench;
    }

    /// <summary>A URI at the edge.</summary>
    public SipUri Uri(string user) => Edge.Sip.UriFor(user)!;

    /// <summary>A call of the trunk that the edge has answered; with what its CallGrain knows it by.</summary>
    public async Task<(PeerCall Caller, EdgeCall Call)> Answered(SipPeer trunk)
    {
        var caller = trunk.Invite(Uri("6000"));
        var (id, _) = await Next<CallOffered>();
        Tell(id, new AnswerCaller());
        Assert.Equal(200, (await caller.Final).Status);
        await Next<LegAnswered>();
        return (caller, Edge.Calls.Find(id)!);
    }

    /// <summary>Alice's phone, called on leg 1, has answered.</summary>
    public async Task<PeerCall> AliceAnswers(EdgeCall call, SipPeer phones, SipBody? answer = null)
    {
        Tell(call.Id, new Originate(1, $"sip:alice@{phones.Address}", "alice", "offer", "1", null, null));
        var phone = await Next(phones.Calls);
        Assert.True(phone.Session.Accept(answer ?? SipPeer.Sdp));
        await Next<LegAnswered>();
        return phone;
    }

    /// <summary>What a REFER names to have a leg's party take the place of another call's caller.</summary>
    public string ReferTo(string callId) => $"<{Uri("x")}?Replaces=1%40x%3Bto-tag%3D{Edge.Names.Tag(callId, 0)}%3Bfrom-tag%3D2>";

    /// <summary>Sends commands as the call's grain.</summary>
    public void Tell(string callId, params IReadOnlyList<CallCommand> commands)
    {
        var last = _lastCommands.GetValueOrDefault(callId);
        _lastCommands[callId] = last + commands.Count;
        Edge.Calls.Find(callId)!.Execute(new CallCommands(callId, 1, 1, [.. commands.Select((command, index) => command with { Id = last + index + 1 })]));
    }

    /// <summary>The next event of this kind that a CallGrain gets; others are passed over.</summary>
    public async Task<(string CallId, T Event)> Next<T>() where T : CallEvent
    {
        while (true)
        {
            var (id, callEvent) = await Next(Cluster.Events);
            if (callEvent is T wanted) return (id, wanted);
        }
    }

    public static Task<T> Next<T>(Channel<T> channel) => channel.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        foreach (var call in Edge.Calls.All()) Tell(call.Id, new ForgetCall());
        await _server.DisposeAsync();
        File.Delete(_passwords);
    }
}
