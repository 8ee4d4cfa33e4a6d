using System.Text;
using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Tests.Messages;

public class Smoke
{
    [Fact]
    public void A_plain_invite_survives_parse_and_write()
    {
        var text = "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport\r\nMax-Forwards: 70\r\nFrom: \"Alice\" <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: a@b\r\nCSeq: 1 INVITE\r\nContact: <sip:alice@192.0.2.1>\r\nContent-Length: 0\r\n\r\n";
        var result = SipParser.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal(SipParseError.None, result.Error);
        Assert.Equal("z9hG4bK1", result.Message!.TopVia!.Branch);
        Assert.Equal(text, Encoding.UTF8.GetString(SipWriter.ToArray(result.Message)));
        var response = SipResponse.For((SipRequest)result.Message, 180, toTag: "x");
        Assert.Equal("x", response.To.Tag);
    }
}
