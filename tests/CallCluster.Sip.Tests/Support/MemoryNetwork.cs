using System.Net;
using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Sip.Tests.Support;

/// <summary>A network without sockets: what is sent waits until <see cref="Deliver"/>, unless a rule drops it. One fake clock for all.</summary>
internal sealed class MemoryNetwork
{
    private readonly Dictionary<IPEndPoint, Action<IPEndPoint, byte[]>> _receivers = [];
    private readonly Queue<(IPEndPoint From, IPEndPoint To, byte[] Bytes)> _travelling = [];
    private int _nextHost = 1;

    public FakeTimeProvider Time { get; } = new();

    /// <summary>Everything that was sent, dropped messages included, parsed.</summary>
    public List<SipMessage> Sent { get; } = [];

    /// <summary>True drops the message.</summary>
    public Func<SipMessage, bool> Drop { get; set; } = _ => false;

    public SipEndpoint Endpoint(ISipEndpointHandler handler, SipEndpointOptions? options = null, SipTransportProtocol protocol = SipTransportProtocol.Udp, string? advertisedHost = null)
    {
        var address = NextAddress();
        var endpoint = new SipEndpoint(
            options ?? new SipEndpointOptions(), handler, Time, NullLogger.Instance, _ => [new MemoryTransport(this, new SipListenerOptions(protocol, address) { AdvertisedHost = advertisedHost })]);
        endpoint.StartAsync().GetAwaiter().GetResult();
        return endpoint;
    }

    public RawPeer Peer() => new(this, NextAddress());

    public void Attach(IPEndPoint address, Action<IPEndPoint, byte[]> receiver) => _receivers[address] = receiver;

    public void Send(IPEndPoint from, IPEndPoint to, byte[] bytes)
    {
        var message = SipParser.Parse(bytes).Message;
        if (message is not null)
        {
            Sent.Add(message);
            if (Drop(message))
                return;
        }

        _travelling.Enqueue((from, to, bytes));
    }

    /// <summary>Delivers until nothing travels.</summary>
    public void Deliver()
    {
        for (var i = 0; _travelling.TryDequeue(out var next); i++)
        {
            Assert.True(i < 1_000_000, "The messages never come to rest.");
            if (_receivers.TryGetValue(next.To, out var receiver))
                receiver(next.From, next.Bytes);
        }
    }

    /// <summary>Delivers, then lets time pass in small steps, delivering after each.</summary>
    public void Pass(TimeSpan time)
    {
        Deliver();
        var step = TimeSpan.FromMilliseconds(50);
        for (var left = time; left > TimeSpan.Zero; left -= step)
        {
            Time.Advance(left < step ? left : step);
            Deliver();
        }
    }

    public void Pass(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>How many requests of this method were sent so far.</summary>
    public int Requests(string method) => Sent.OfType<SipRequest>().Count(request => request.Method == method);

    /// <summary>How many responses of this status to this method were sent so far.</summary>
    public int Responses(int status, string method) => Sent.OfType<SipResponse>().Count(response => response.StatusCode == status && response.CSeq.Method == method);

    private IPEndPoint NextAddress() => new(new IPAddress([10, 0, 0, (byte)_nextHost++]), 5060);

    private sealed class MemoryTransport(MemoryNetwork network, SipListenerOptions options) : SipTransport(options)
    {
        internal override void Start(ITransportSink sink) =>
            network.Attach(LocalEndPoint, (from, bytes) => sink.OnMessage(new SipFlow(this, from), bytes));

        internal override bool Send(in SipFlow flow, ReadOnlySpan<byte> message)
        {
            network.Send(LocalEndPoint, flow.Remote, message.ToArray());
            return true;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
