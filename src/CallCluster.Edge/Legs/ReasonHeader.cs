namespace CallCluster.Edge.Legs;

/// <summary>The Reason header (RFC 3326): <c>SIP;cause=480;text="..."</c>.</summary>
internal static class ReasonHeader
{
    public static string Sip(int cause, string? text) => text is null ? $"SIP;cause={cause}" : $"SIP;cause={cause};text=\"{text.Replace('"', '\'').Replace('\\', '/')}\"";
}
