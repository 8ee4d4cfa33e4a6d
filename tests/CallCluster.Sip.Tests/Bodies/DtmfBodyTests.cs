using System.Text;
using CallCluster.Sip.Bodies;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Tests.Bodies;

public sealed class DtmfBodyTests
{
    [Theory]
    [InlineData("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", '5')]
    [InlineData("application/dtmf-relay", "Duration = 100\nsignal = * \n", '*')]
    [InlineData("application/dtmf-relay;x=y", "Signal=11\r\n", '#')]
    [InlineData("Application/DTMF", "d", 'D')]
    [InlineData("application/dtmf", " 10\r\n", '*')]
    public void A_key_is_read(string contentType, string body, char key)
    {
        Assert.True(DtmfBody.TryRead(Info(contentType, body), out var read));
        Assert.Equal(key, read);
    }

    [Theory]
    [InlineData("application/dtmf-relay", "Signal=16\r\n")] // hook flash
    [InlineData("application/dtmf-relay", "Signal=\r\n")]
    [InlineData("application/dtmf-relay", "5")]
    [InlineData("application/dtmf", "12345")]
    [InlineData("application/dtmf", "")]
    [InlineData("text/plain", "5")]
    public void What_is_no_key_is_not(string contentType, string body) => Assert.False(DtmfBody.TryRead(Info(contentType, body), out _));

    [Theory]
    [InlineData('0')]
    [InlineData('#')]
    public void What_we_write_is_read(char key)
    {
        var body = DtmfBody.Write(key);
        Assert.True(DtmfBody.TryRead(Info(body.ContentType, Encoding.ASCII.GetString(body.Bytes.Span)), out var read));
        Assert.Equal(key, read);
    }

    private static SipRequest Info(string contentType, string body)
    {
        var info = new SipRequest("INFO", SipUri.Parse("sip:a@b"));
        info.SetBody(contentType, Encoding.ASCII.GetBytes(body));
        return info;
    }
}
