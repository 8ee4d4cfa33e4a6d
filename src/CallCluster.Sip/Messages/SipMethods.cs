using System.Text;

namespace CallCluster.Sip.Messages;

/// <summary>The methods we know; a method is a token, compared with regard to case (RFC 3261 section 7.1).</summary>
public static class SipMethods
{
    public const string Invite = "INVITE";
    public const string Ack = "ACK";
    public const string Bye = "BYE";
    public const string Cancel = "CANCEL";
    public const string Options = "OPTIONS";
    public const string Register = "REGISTER";
    public const string Info = "INFO";
    public const string Update = "UPDATE";
    public const string Prack = "PRACK";
    public const string Refer = "REFER";
    public const string Notify = "NOTIFY";
    public const string Subscribe = "SUBSCRIBE";
    public const string Message = "MESSAGE";
    public const string Publish = "PUBLISH";

    private static readonly string[] Known =
        [Invite, Ack, Bye, Cancel, Options, Register, Info, Update, Prack, Refer, Notify, Subscribe, Message, Publish];

    /// <summary>The constant for a known method, so that it may be switched on cheaply; else a new string.</summary>
    internal static string Intern(ReadOnlySpan<byte> method)
    {
        foreach (var known in Known)
        {
            if (known.Length == method.Length && Ascii.Equals(method, known))
                return known;
        }

        return Encoding.ASCII.GetString(method);
    }
}
