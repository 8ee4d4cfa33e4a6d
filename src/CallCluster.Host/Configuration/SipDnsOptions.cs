using System.Net;
using CallCluster.Sip.Location;

namespace CallCluster.Host.Configuration;

/// <summary>Who is asked for the servers of SIP hosts: of trunks' proxies and agents' contacts that are names without a port.</summary>
internal sealed record SipDnsOptions
{
    public const string MayHold = "ADDRESS or ADDRESS:PORT, an IPv6 address with port in brackets";
    private const int DefaultPort = 53;

    /// <summary>DNS servers, in the order asked: ADDRESS or ADDRESS:PORT. Empty: those of the machine, and its hosts file.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>How long one answer may take; a server that is silent is asked once more.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    public static bool IsServer(string text) => IPEndPoint.TryParse(text, out var server) && !ListenAddress.IsAny(server.Address);

    public NameServerOptions ToNameServers() => new() { Servers = [.. Servers.Select(Parse)], Timeout = Timeout };

    private static IPEndPoint Parse(string text) => IPEndPoint.Parse(text) is { Port: > 0 } server ? server : new IPEndPoint(IPEndPoint.Parse(text).Address, DefaultPort);
}
