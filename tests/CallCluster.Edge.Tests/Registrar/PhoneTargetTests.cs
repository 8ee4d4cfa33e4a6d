using CallCluster.Edge.Registrar;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Tests.Registrar;

public sealed class PhoneTargetTests
{
    [Fact]
    public void The_route_to_a_flow_stands_in_the_URI_and_comes_back_out_of_it()
    {
        var contact = SipUri.Parse("sips:alice@[2001:db8::1]:5061;transport=ws?Route=%3Csip:evil.example%3Blr%3E");
        var path = SipUri.Parse("sip:f-c.0123456789ab.1f-0123456789abcdef0123@edge-2.example:5060;transport=tcp;lr");

        Assert.True(PhoneTarget.TryParse(PhoneTarget.Format(contact, path), out var target, out var route));

        Assert.Equal("sips:alice@[2001:db8::1]:5061;transport=ws", target.ToString());
        Assert.Equal(path.ToString(), Assert.Single(route).ToString());
    }

    [Fact]
    public void What_a_phone_writes_into_its_contact_is_no_route()
    {
        Assert.True(PhoneTarget.TryParse(PhoneTarget.Format(SipUri.Parse("sip:a@192.0.2.1?Route=%3Csip:evil.example%3Blr%3E"), null), out var target, out var route));

        Assert.Equal("sip:a@192.0.2.1", target.ToString());
        Assert.Empty(route);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("sip:a@192.0.2.1?Route=%22")]
    public void Others_are_refused(string text) => Assert.False(PhoneTarget.TryParse(text, out _, out _));
}
