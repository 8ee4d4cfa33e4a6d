using System.Net;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Numbers;
using CallCluster.Sip.Uris;

namespace CallCluster.Host.Configuration;

/// <summary>Trunks, and which calls go out through them.</summary>
internal sealed class TrunkRules(RoutingOptions routing, ConfigurationErrors errors)
{
    private const string Outbound = "CallCluster:Outbound";
    private static readonly TimeSpan ShortestProbe = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromMilliseconds(200);

    /// <summary>Timer B (RFC 3261 17.1.1.2), when the transaction ends by itself.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(32);
    private static readonly TimeSpan LongestRing = TimeSpan.FromMinutes(10);

    public void Check()
    {
        foreach (var (name, trunk) in routing.Trunks)
        {
            var path = $"CallCluster:Trunks:{name}";
            if (!Names.IsName(name)) errors.BadSource(path, $"is no name, may be {Names.MayHold}");
            CheckTrunk(trunk, path);
        }
        CheckOutbound(routing.Outbound);
    }

    private void CheckTrunk(TrunkOptions trunk, string path)
    {
        if (trunk.AllowFrom.Count == 0 && trunk.AllowCertificates.Count == 0 && trunk.Username is null && trunk.Proxy is null)
            errors.Missing($"{path}:AllowFrom", "the addresses of the trunk, unless it has AllowCertificates or a Username, or only takes calls at its Proxy");
        foreach (var (i, range) in trunk.AllowFrom.Index())
        {
            if (!IPAddress.TryParse(range, out _) && !IPNetwork.TryParse(range, out _)) errors.Wrong($"{path}:AllowFrom:{i}", range, "an address or a range such as \"192.0.2.0/24\"");
        }
        foreach (var (i, name) in trunk.AllowCertificates.Index())
        {
            if (!IsDomain(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name)) errors.Wrong($"{path}:AllowCertificates:{i}", name, "a name of the trunk's certificate, such as \"sbc.carrier.example\"");
        }
        CheckCountry(trunk.DefaultCountry, $"{path}:DefaultCountry");
        if (trunk.Proxy is { } proxy && (!SipUri.TryParse(proxy, out var uri) || uri is not { Scheme: "sip", User: null } || uri.Headers.Count > 0))
            errors.Wrong($"{path}:Proxy", proxy, "a SIP URI without user, such as \"sip:sbc.carrier.example;transport=tcp\"");
        if (trunk.Realm is not null && (trunk.Username is null || trunk.Proxy is null)) errors.Wrong($"{path}:Realm", trunk.Realm, "nothing, unless the trunk has a Username and a Proxy that challenges it");
        if (trunk.ResponseTimeout < ShortestSilence || trunk.ResponseTimeout > LongestSilence)
            errors.Wrong($"{path}:ResponseTimeout", trunk.ResponseTimeout, $"a time from {ShortestSilence:c} to {LongestSilence:c}");
        if (trunk.Register && (trunk.Username is null || trunk.Proxy is null)) errors.Wrong($"{path}:Register", "true", "false, unless the trunk has a Proxy to register with and a Username");
        if (trunk.ProbeInterval != TimeSpan.Zero && (trunk.ProbeInterval < ShortestProbe || trunk.ProbeInterval > LongestProbe))
            errors.Wrong($"{path}:ProbeInterval", trunk.ProbeInterval, $"a time from {ShortestProbe:c} to {LongestProbe:c}, or 00:00:00 for none");
        if (trunk.Transfer == TransferMode.Refer && trunk.Proxy is null) errors.Wrong($"{path}:Transfer", nameof(TransferMode.Refer), "Bridge, unless the trunk has a Proxy: no destination leads to it");
        Channels(trunk.MaxChannels, $"{path}:MaxChannels");
        Channels(trunk.MaxInbound, $"{path}:MaxInbound");
        Channels(trunk.MaxOutbound, $"{path}:MaxOutbound");
        if (trunk.CallsPerSecond is < 1 or > 10_000) errors.Wrong($"{path}:CallsPerSecond", trunk.CallsPerSecond.Value, "a number from 1 to 10000");
        if (trunk.Codecs is { } codecs) RoutingRules.CheckCodecs(codecs, $"{path}:Codecs", errors);
        CredentialRules.CheckPair(trunk.Username, trunk.PasswordFile, path, errors);
    }

    private void CheckOutbound(OutboundOptions outbound)
    {
        foreach (var (i, entry) in outbound.Allow.Index())
        {
            if (!OutboundTarget.IsNumber(entry) && !IsDomain(entry)) errors.Wrong($"{Outbound}:Allow:{i}", entry, "the beginning of a number such as \"+44\", or a SIP domain");
        }
        foreach (var (i, route) in outbound.Routes.Index()) CheckRoute(route, $"{Outbound}:Routes:{i}");
        if (outbound.CallerId is { } callerId && !OutboundTarget.IsNumber(callerId)) errors.Wrong($"{Outbound}:CallerId", callerId, "a number of digits after an optional plus");
        CheckCountry(outbound.DefaultCountry, $"{Outbound}:DefaultCountry");
        if (outbound.RingTimeout < TimeSpan.FromSeconds(1) || outbound.RingTimeout > LongestRing) errors.Wrong($"{Outbound}:RingTimeout", outbound.RingTimeout, $"a time from 00:00:01 to {LongestRing:c}");
    }

    private void CheckRoute(OutboundRouteOptions route, string path)
    {
        if (route.Prefix is null == route.Domain is null) errors.Missing($"{path}:Prefix", "either Prefix or Domain");
        if (route.Prefix is { } prefix && !OutboundTarget.IsNumber(prefix)) errors.Wrong($"{path}:Prefix", prefix, "the beginning of a number such as \"+44\"");
        if (route.Domain is { } domain && !IsDomain(domain)) errors.Wrong($"{path}:Domain", domain, "a SIP domain such as \"partner.example\"");
        if (route.Trunks is not { } trunks) return;
        if (trunks.Count == 0) errors.Missing($"{path}:Trunks", "at least one trunk");
        foreach (var (i, name) in trunks.Index())
        {
            if (!routing.Trunks.TryGetValue(name, out var trunk)) errors.Wrong($"{path}:Trunks:{i}", name, Names.OneOf("a trunk", routing.Trunks.Keys));
            else if (trunk.Proxy is null) errors.Wrong($"{path}:Trunks:{i}", name, "a trunk that has a Proxy");
            else if (trunks.Take(i).Contains(name, StringComparer.Ordinal)) errors.Wrong($"{path}:Trunks:{i}", name, "each trunk once");
        }
    }

    private void CheckCountry(string? code, string path)
    {
        if (code is not null && !E164.IsCountry(code)) errors.Wrong(path, code, "an ISO 3166 country code such as \"US\"");
    }

    private void Channels(int? value, string path)
    {
        if (value is < 1 or > 100_000) errors.Wrong(path, value.Value, "a number from 1 to 100000");
    }

    private static bool IsDomain(string text) => text.Any(char.IsAsciiLetter) && Uri.CheckHostName(text) == UriHostNameType.Dns || IPAddress.TryParse(text, out _);
}
