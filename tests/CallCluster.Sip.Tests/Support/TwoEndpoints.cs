using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.Support;

/// <summary>A caller's and a callee's endpoint on one memory network.</summary>
internal sealed class TwoEndpoints
{
    public TwoEndpoints(SipTransportProtocol protocol = SipTransportProtocol.Udp, SipEndpointOptions? options = null)
    {
        Caller = Network.Endpoint(CallerSide, options, protocol);
        Callee = Network.Endpoint(CalleeSide, options, protocol);
        Target = Uri(Callee, "service");
    }

    public MemoryNetwork Network { get; } = new();

    public Recorder CallerSide { get; } = new();

    public Recorder CalleeSide { get; } = new();

    public SipEndpoint Caller { get; }

    public SipEndpoint Callee { get; }

    public SipUri Target { get; }

    public InviteSession Call(SipBody? body = null, bool lateOffer = false) =>
        Caller.Invite(
            new InviteRequest { Target = Target, From = new NameAddress(Uri(Caller, "caller")), Body = lateOffer ? null : body ?? SipBody.Sdp("offer") }, CallerSide);

    /// <summary>Calls and delivers until all is quiet.</summary>
    public InviteSession Establish()
    {
        var session = Call();
        Network.Deliver();
        Assert.Equal(InviteSessionState.Confirmed, session.State);
        Assert.Equal(InviteSessionState.Confirmed, CalleeSide.Session.State);
        return session;
    }

    /// <summary>Lets all lingering timers end, and checks that nothing is left.</summary>
    public void AssertNothingLeft()
    {
        Network.Pass(70);
        foreach (var endpoint in new[] { Caller, Callee })
        {
            Assert.Equal(0, endpoint.Transactions.Count);
            Assert.Equal(0, endpoint.Dialogs.DialogCount);
            Assert.Equal(0, endpoint.Dialogs.SessionCount);
            Assert.Equal(0, endpoint.Timers.Count);
        }
    }

    public static SipUri Uri(SipEndpoint endpoint, string user)
    {
        var listener = endpoint.Listeners[0];
        var uri = new SipUri("sip", user, listener.AdvertisedHost, listener.AdvertisedPort);
        return listener.Protocol == SipTransportProtocol.Udp ? uri : uri.WithParameter("transport", "tcp");
    }
}
