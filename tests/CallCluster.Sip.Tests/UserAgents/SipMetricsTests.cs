using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>What an SRE sees. The meter is the process's, so other tests may add to what is counted here: lower bounds only, except for labels.</summary>
public sealed class SipMetricsTests : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = [];

    public SipMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "CallCluster")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var label = tags.Length == 0 ? "" : $"{tags[0].Key}={tags[0].Value}";
            _counts.AddOrUpdate($"{instrument.Name} {label}", value, (_, sum) => sum + value);
        });
        _listener.Start();
    }

    [Fact]
    public void A_call_its_losses_and_bad_input_are_counted_with_bounded_labels()
    {
        var two = new TwoEndpoints();
        var lost = 0;
        two.Network.Drop = message => message is SipResponse { StatusCode: 200 } && lost++ == 0;
        var session = two.Call();
        two.Network.Pass(2);
        session.Bye();
        two.Network.Deliver();
        var peer = two.Network.Peer();
        peer.Send(peer.Request("X-SECRET-4711"), two.Callee.Listeners[0].LocalEndPoint);
        peer.SendText("OPTIONS sip:a@b SIP/2.0\n\n", two.Callee.Listeners[0].LocalEndPoint);
        two.AssertNothingLeft();

        AssertCounted("callcluster.sip.requests.sent method=INVITE");
        AssertCounted("callcluster.sip.requests.received method=BYE");
        AssertCounted("callcluster.sip.requests.received method=other");
        AssertCounted("callcluster.sip.requests.refused status=501");
        AssertCounted("callcluster.sip.responses.sent status=2xx");
        AssertCounted("callcluster.sip.responses.received status=2xx");
        AssertCounted("callcluster.sip.retransmissions what=response");
        AssertCounted("callcluster.sip.parse.errors kind=MissingHeader");
        Assert.DoesNotContain(_counts.Keys, key => key.Contains("4711", StringComparison.Ordinal));
    }

    public void Dispose() => _listener.Dispose();

    private void AssertCounted(string name) => Assert.True(_counts.GetValueOrDefault(name) > 0, $"{name} was not counted, but: {string.Join(", ", _counts.Keys.Order())}");
}
