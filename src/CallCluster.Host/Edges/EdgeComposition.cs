using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using CallCluster.Edge;
using CallCluster.Edge.Secrets;
using CallCluster.Host.Configuration;
using CallCluster.Sip.Sources;
using Microsoft.AspNetCore.Builder;

namespace CallCluster.Host.Edges;

/// <summary>The edge in this process.</summary>
internal static class EdgeComposition
{
    private const int KeyLength = 32;

    public static void AddEdge(this WebApplicationBuilder builder, CallClusterOptions options)
    {
        builder.Services.AddCallClusterEdge(Edge(options));
        builder.Services.AddHostedService<IdleCollection>();
    }

    private static EdgeOptions Edge(CallClusterOptions options) => new()
    {
        EdgeId = options.Cluster.NodeId ?? DefaultId(options.Sip),
        Listeners = [.. options.Sip.Listen.Select(listener => SipListenerText.ToListener(listener, options.Sip.AdvertisedAddress))],
        Dns = options.Sip.Dns.ToNameServers(),
        Tls = options.Sip.Tls?.ToTls(),
        MaxConnections = options.Sip.MaxConnections,
        MaxConnectionsPerAddress = options.Sip.MaxConnectionsPerAddress,
        Domain = options.Sip.Domain,
        PasswordOverlap = options.Sip.PasswordOverlap,
        DigestAlgorithms = options.Sip.DigestAlgorithms,
        SessionExpires = options.Sip.SessionExpires,
        MinSessionExpires = options.Sip.MinSessionExpires,
        MediaAddress = IPAddress.Parse(options.Media.Address),
        MediaAdvertisedAddress = options.Media.AdvertisedAddress is { } advertised ? IPAddress.Parse(advertised) : null,
        Latch = options.Media.Latch,
        MediaPortMin = options.Media.PortMin,
        MediaPortMax = options.Media.PortMax,
        Codecs = options.Media.Codecs,
        Srtp = options.Media.Srtp,
        DeadMediaAfter = options.Media.DeadAfter,
        MaxCalls = options.Media.MaxCalls,
        MaxOffersInFlight = options.Sip.Limits.MaxOffersInFlight,
        MaxTransactions = options.Sip.Limits.MaxTransactions,
        Sources = Sources(options.Sip.Limits),
        PromptDirectory = options.Prompts.Folder,
        PromptLanguages = options.Prompts.Languages,
        Key = options.Cluster.KeyFile is { } file ? Encoding.UTF8.GetBytes(new SecretFile(file, TimeProvider.System).Value) : RandomNumberGenerator.GetBytes(KeyLength),
    };

    private static SourceLimits Sources(SipLimitsOptions limits) => new()
    {
        MessagesPerSecond = limits.MessagesPerSecond,
        Burst = limits.Burst,
        TotalPerSecond = limits.TotalPerSecond,
        RefusalsUntilBan = limits.RefusalsUntilBan,
        BanTime = limits.BanTime,
    };

    // The same after a restart, and different for two edges on one host: they cannot share a SIP port. With free ports there is nothing that lasts.
    private static string DefaultId(SipOptions sip)
    {
        var host = string.Concat(Environment.MachineName.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '-'));
        var port = SipListenerText.ToListener(sip.Listen[0], null).EndPoint.Port;
        return $"{host[..Math.Min(host.Length, 48)]}-{(port == 0 ? RandomNumberGenerator.GetHexString(8, lowercase: true) : port.ToString(CultureInfo.InvariantCulture))}";
    }
}
