using System.Net;
using CallCluster.Sip.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.Sip.Tests.Support;

/// <summary>
/// A real UDP socket that writes down what is sent and lets only answers to one peer leave: the torture messages ask for answers at ports of this machine
/// that are not the test's.
/// </summary>
internal sealed class RecordingUdpTransport(IPEndPoint peer) : SipTransport(Options)
{
    private readonly UdpTransport _socket = new(Options, NullLogger.Instance);

    /// <summary>Everything sent so far. Written by the receive thread before the peer gets the answer it waits for.</summary>
    public List<byte[]> Sent { get; } = [];

    private static SipListenerOptions Options => new(SipTransportProtocol.Udp, new IPEndPoint(IPAddress.Loopback, 0));

    internal override void Start(ITransportSink sink)
    {
        _socket.Start(new Sink(this, sink));
        LocalEndPoint = _socket.LocalEndPoint;
    }

    internal override bool Send(in SipFlow flow, ReadOnlySpan<byte> message)
    {
        Sent.Add(message.ToArray());
        return !flow.Remote.Equals(peer) || _socket.Send(flow, message);
    }

    public override ValueTask DisposeAsync() => _socket.DisposeAsync();

    private sealed class Sink(SipTransport transport, ITransportSink sink) : ITransportSink
    {
        public void OnMessage(in SipFlow flow, ReadOnlySpan<byte> message) => sink.OnMessage(flow with { Transport = transport }, message);

        public void OnConnectionClosed(SipConnection connection) => sink.OnConnectionClosed(connection);

        public bool IsInUse(SipConnection connection) => sink.IsInUse(connection);
    }
}
