using System.Text;
using CallCluster.Sip.Bodies;
using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Tests.Bodies;

/// <summary>RFC 3515 section 2.4.5.</summary>
public sealed class SipFragmentTests
{
    [Theory]
    [InlineData("message/sipfrag", "SIP/2.0 100 Trying", 100)]
    [InlineData("message/sipfrag;version=2.0", "SIP/2.0 200 OK\r\n", 200)]
    [InlineData("Message/SipFrag", "SIP/2.0 603", 603)]
    [InlineData("message/sipfrag", "SIP/2.0 180\r\nTo: <sip:x@y>\r\n", 180)]
    public void A_status_line_is_read(string type, string body, int status)
    {
        Assert.True(SipFragment.TryReadStatus(Notify(type, body), out var read));
        Assert.Equal(status, read);
    }

    [Theory]
    [InlineData("message/sipfrag", "")]
    [InlineData("message/sipfrag", "SIP/2.0 ")]
    [InlineData("message/sipfrag", "SIP/2.0 20")]
    [InlineData("message/sipfrag", "SIP/2.0 2000 OK")]
    [InlineData("message/sipfrag", "SIP/2.0 -20 OK")]
    [InlineData("message/sipfrag", "SIP/2.0 099 OK")]
    [InlineData("message/sipfrag", "SIP/2.0 799 OK")]
    [InlineData("message/sipfrag", "INVITE sip:a@b SIP/2.0")]
    [InlineData("text/plain", "SIP/2.0 200 OK")]
    public void Anything_else_tells_nothing(string type, string body) => Assert.False(SipFragment.TryReadStatus(Notify(type, body), out _));

    [Fact]
    public void What_is_written_can_be_read()
    {
        var body = SipFragment.Write(486);
        Assert.Equal("SIP/2.0 486 Busy Here\r\n", Encoding.ASCII.GetString(body.Bytes.Span));
        Assert.True(SipFragment.TryReadStatus(Notify(body.ContentType, "SIP/2.0 486 Busy Here\r\n"), out _));
    }

    private static SipRequest Notify(string type, string body)
    {
        var notify = new SipRequest(SipMethods.Notify, CallCluster.Sip.Uris.SipUri.Parse("sip:a@b"));
        notify.SetBody(type, Encoding.ASCII.GetBytes(body));
        return notify;
    }
}
