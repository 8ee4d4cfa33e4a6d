using System.Globalization;
using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Bodies;

/// <summary>The status line in a NOTIFY that tells how a REFER goes: <c>message/sipfrag</c> (RFC 3420, RFC 3515 2.4.5).</summary>
public static class SipFragment
{
    private const string MediaType = "message/sipfrag";
    private const string Version = "SIP/2.0 ";

    /// <summary>The status, 100 to 699; false for a body without one.</summary>
    public static bool TryReadStatus(SipMessage notify, out int status)
    {
        status = 0;
        var text = notify.Body.Span;
        return notify.HasContentType(MediaType) && text.Length >= Version.Length + 3 && Ascii.EqualsIgnoreCase(text[..Version.Length], Encoding.ASCII.GetBytes(Version))
            && (text.Length == Version.Length + 3 || text[Version.Length + 3] is (byte)' ' or (byte)'\r' or (byte)'\n')
            && int.TryParse(text.Slice(Version.Length, 3), NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= 100 and <= 699;
    }

    /// <summary>The body for a status.</summary>
    public static SipBody Write(int status) => new($"{MediaType};version=2.0", Encoding.ASCII.GetBytes($"{Version}{status} {new SipResponse(status).ReasonPhrase}\r\n"));
}
