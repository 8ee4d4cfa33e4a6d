using System.Net;
using System.Text;
using CallCluster.Sip.Sdp;

namespace CallCluster.Sip.Tests.Sdp;

/// <summary>Descriptions written as in the RFCs, and the sessions that the tests run them through.</summary>
internal static class SdpText
{
    public const string Head = "v=0\no=alice 2890844526 2890844526 IN IP4 192.0.2.1\ns=\nc=IN IP4 192.0.2.1\nt=0 0\n";

    public static SessionDescription Parse(string text)
    {
        var result = SdpParser.Parse(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));
        Assert.True(result.Description is not null, $"{result.Error} on line {result.Line}");
        return result.Description;
    }

    public static SdpParseResult Result(string text) => SdpParser.Parse(Encoding.UTF8.GetBytes(text));

    public static OfferAnswerSession Session(Func<MediaCapabilities, MediaCapabilities>? change = null)
    {
        var local = new MediaCapabilities { Address = IPAddress.Parse("192.0.2.9"), Port = 40000 };
        return new OfferAnswerSession(change?.Invoke(local) ?? local, sessionId: 7);
    }

    /// <summary>The m= lines of a description, as text.</summary>
    public static string[] MediaLines(SessionDescription description) =>
        [.. description.ToString().Split("\r\n").Where(l => l.StartsWith("m=", StringComparison.Ordinal))];
}
