using System.Net;

namespace CallCluster.Sip.Location;

/// <summary>Who is asked for names.</summary>
public sealed class NameServerOptions
{
    /// <summary>
    /// Servers that are asked for all records, in this order. Empty: those of the machine for NAPTR and SRV, and the machine itself for addresses, so that its hosts file and
    /// search domains count.
    /// </summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>How long one answer may take; a server that is silent is asked once more.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);
}
