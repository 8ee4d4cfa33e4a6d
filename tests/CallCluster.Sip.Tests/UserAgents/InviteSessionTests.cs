using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>RFC 3261 §13 to §15 between two endpoints.</summary>
public sealed class InviteSessionTests
{
    [Theory]
    [InlineData(SipTransportProtocol.Udp)]
    [InlineData(SipTransportProtocol.Tcp)]
    public void A_call_is_made_answered_and_ended_by_the_caller(SipTransportProtocol protocol)
    {
        var two = new TwoEndpoints(protocol);

        var session = two.Establish();
        Assert.Equal(["accepted"], two.CallerSide.Events);
        Assert.Equal(["invite", "confirmed"], two.CalleeSide.Events);
        Assert.True(session.Bye());
        two.Network.Deliver();

        Assert.Equal(["accepted", "ended LocalBye"], two.CallerSide.Events);
        Assert.Equal(["invite", "confirmed", "ended RemoteBye"], two.CalleeSide.Events);
        Assert.Equal(1, two.Network.Responses(200, SipMethods.Bye));
        two.AssertNothingLeft();
        Assert.Equal(1, two.Network.Requests(SipMethods.Invite));
        Assert.Equal(1, two.Network.Requests(SipMethods.Ack));
    }
}
