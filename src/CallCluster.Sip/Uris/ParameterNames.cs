using System.Text;

namespace CallCluster.Sip.Uris;

/// <summary>Names of parameters that every call carries, so that reading them allocates nothing.</summary>
internal static class ParameterNames
{
    public const string Branch = "branch";
    public const string Expires = "expires";
    public const string Lr = "lr";
    public const string MAddr = "maddr";
    public const string Method = "method";
    public const string Q = "q";
    public const string Received = "received";
    public const string RPort = "rport";
    public const string Tag = "tag";
    public const string Transport = "transport";
    public const string Ttl = "ttl";
    public const string User = "user";

    private static readonly string[] Known = [Branch, Expires, Lr, MAddr, Method, Q, Received, RPort, Tag, Transport, Ttl, User];

    public static string Intern(ReadOnlySpan<byte> name)
    {
        foreach (var known in Known)
        {
            if (known.Length == name.Length && Ascii.Equals(name, known))
                return known;
        }

        return Encoding.ASCII.GetString(name);
    }
}
