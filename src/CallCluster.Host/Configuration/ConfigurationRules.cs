using System.Net;
using CallCluster.Edge.Secrets;
using CallCluster.Host.Api.Access;
using CallCluster.Media.Stun;
using CallCluster.Sip.Tls;
using CallCluster.Sip.Transports;

namespace CallCluster.Host.Configuration;

/// <summary>What values mean beyond their types: ranges, addresses, ports. Routing has its own: <see cref="RoutingRules"/>.</summary>
internal sealed class ConfigurationRules(CallClusterOptions options, ConfigurationErrors errors)
{
    private const string Root = "CallCluster";

    public void Check()
    {
        CheckCluster(options.Cluster, $"{Root}:Cluster");
        CheckSip(options.Sip, $"{Root}:Sip");
        CheckMedia(options.Media, $"{Root}:Media");
        CheckLanguages(options.Prompts.Languages, $"{Root}:Prompts:Languages");
        if (options.Prompts.Directory is { } prompts && !Directory.Exists(prompts)) errors.Wrong($"{Root}:Prompts:Directory", prompts, "the path of a directory that there is");
        CheckApi(options.Api, $"{Root}:Api");
        WebhookRules.Check(options.Webhooks, errors);
        CheckCertificates();
        new RoutingRules(options.ToRouting(), options.Prompts, errors).Check();
    }

    private void CheckCluster(ClusterOptions cluster, string path)
    {
        if (!Names.IsName(cluster.ClusterId)) errors.Wrong($"{path}:ClusterId", cluster.ClusterId, Names.MayHold);
        if (cluster.NodeId is { } node && !Names.IsName(node)) errors.Wrong($"{path}:NodeId", node, Names.MayHold);
        if (cluster.Address is { } address && (!IPAddress.TryParse(address, out var ip) || ListenAddress.IsAny(ip))) errors.Wrong($"{path}:Address", address, "an IP address of this host");
        InRange($"{path}:SiloPort", cluster.SiloPort, 0, 65535);
        InRange($"{path}:GatewayPort", cluster.GatewayPort, 0, 65535);
        InRange($"{path}:DrainTimeout", cluster.DrainTimeout, TimeSpan.Zero, TimeSpan.FromDays(1));
        if (cluster.Clustering == Clustering.Redis && cluster.KeyFile is null) errors.Missing($"{path}:KeyFile", "the path of a file with a secret that all edges share, since Clustering is Redis");
        if (cluster.Clustering == Clustering.Redis && !RedisConnection.IsValid(cluster)) errors.Wrong($"{path}:Redis", cluster.Redis, "a connection string such as \"redis:6379\"");

        var timings = cluster.Timings;
        path += ":Timings";
        InRange($"{path}:ProbeTimeout", timings.ProbeTimeout, timings.MinProbeTimeout, timings.MaxProbeTimeout);
        InRange($"{path}:MinProbeTimeout", timings.MinProbeTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1));
        InRange($"{path}:MaxProbeTimeout", timings.MaxProbeTimeout, timings.MinProbeTimeout, TimeSpan.FromMinutes(1));
        InRange($"{path}:MissedProbes", timings.MissedProbes, 1, 100);
        InRange($"{path}:Votes", timings.Votes, 1, 100);
        InRange($"{path}:TableRefresh", timings.TableRefresh, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        InRange($"{path}:IAmAlive", timings.IAmAlive, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        InRange($"{path}:RangeLease", timings.RangeLease, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        InRange($"{path}:EdgeLease", timings.EdgeLease, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        InRange($"{path}:ResponseTimeout", timings.ResponseTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        InRange($"{path}:GatewayRefresh", timings.GatewayRefresh, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
    }

    private void CheckSip(SipOptions sip, string path)
    {
        if (sip.Listen.Count == 0) errors.Missing($"{path}:Listen", $"at least one {SipListenerText.MayHold}");
        var (wildcard, secure) = (false, false);
        foreach (var (i, listener) in sip.Listen.Index())
        {
            // Null when the key is missing, which has been told.
            if (listener.Address is not { } text) continue;
            var at = $"{path}:Listen:{i}";
            if (listener.Advertised is { } own && !SipListenerText.TryParseAdvertised(own, out _, out _)) errors.Wrong($"{at}:Advertised", own, "HOST or HOST:PORT that peers reach this listener by");
            if (!SipListenerText.TryParse(text, out var protocol, out var endpoint)) errors.Wrong(at, text, SipListenerText.MayHold);
            else if (sip.Listen.Take(i).Any(before => before.Address == text) && endpoint.Port != 0) errors.Wrong(at, text, "a listener that is not named before");
            else
            {
                wildcard |= ListenAddress.IsAny(endpoint.Address) && listener.Advertised is null;
                secure |= protocol.IsSecure();
            }
        }

        if (sip.AdvertisedAddress is { } advertised) CheckHost(advertised, $"{path}:AdvertisedAddress");
        else if (wildcard) errors.Missing($"{path}:AdvertisedAddress", "the host that peers reach this edge by, since a listener is on all addresses");
        InRange($"{path}:PasswordOverlap", sip.PasswordOverlap, TimeSpan.Zero, TimeSpan.FromDays(7));
        if (sip.Tls is { CertificateFile: not null, KeyFile: not null } tls)
        {
            foreach (var (option, file, fault) in TlsFiles.Faults(tls.ToTls()))
                errors.Wrong($"{path}:Tls:{option}", file, $"the path of a PEM file that can be used: it {fault}");
        }
        else if (sip.Tls is null && secure)
        {
            errors.Missing($"{path}:Tls", "CertificateFile and KeyFile, since a listener is tls or wss");
        }
        InRange($"{path}:MaxConnections", sip.MaxConnections, 1, 100_000);
        InRange($"{path}:MaxConnectionsPerAddress", sip.MaxConnectionsPerAddress, 1, sip.MaxConnections);
        CheckHost(sip.Domain, $"{path}:Domain");
        foreach (var (i, server) in sip.Dns.Servers.Index())
        {
            if (!SipDnsOptions.IsServer(server)) errors.Wrong($"{path}:Dns:Servers:{i}", server, SipDnsOptions.MayHold);
        }
        InRange($"{path}:Dns:Timeout", sip.Dns.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30));
        if (sip.DigestAlgorithms.Count == 0) errors.Missing($"{path}:DigestAlgorithms", "at least one of Sha256, Md5");
        InRange($"{path}:MinSessionExpires", sip.MinSessionExpires, TimeSpan.FromSeconds(90), TimeSpan.FromDays(1));
        InRange($"{path}:SessionExpires", sip.SessionExpires, sip.MinSessionExpires, TimeSpan.FromDays(1));
        CheckLimits(sip.Limits, $"{path}:Limits");
    }

    /// <summary>Trunks are known by certificates only where somebody asks for one.</summary>
    private void CheckCertificates()
    {
        var asks = options.Sip.Tls is { ClientCertificates: not ClientCertificates.Ignored }
            && options.Sip.Listen.Any(listener => SipListenerText.TryParse(listener.Address ?? "", out var protocol, out _) && protocol == SipTransportProtocol.Tls);
        if (asks) return;
        foreach (var (name, trunk) in options.Trunks)
        {
            if (trunk.AllowCertificates.Count > 0)
                errors.Wrong($"{Root}:Trunks:{name}:AllowCertificates", trunk.AllowCertificates[0], "nothing, unless Sip:Listen has a tls listener and Sip:Tls:ClientCertificates is not Ignored");
        }
    }

    private void CheckLimits(SipLimitsOptions limits, string path)
    {
        InRange($"{path}:MessagesPerSecond", limits.MessagesPerSecond, 1, 100_000);
        InRange($"{path}:Burst", limits.Burst, 1, 1_000_000);
        InRange($"{path}:TotalPerSecond", limits.TotalPerSecond, 1, 1_000_000);
        InRange($"{path}:RefusalsUntilBan", limits.RefusalsUntilBan, 3, 1_000_000);
        InRange($"{path}:BanTime", limits.BanTime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        InRange($"{path}:MaxTransactions", limits.MaxTransactions, 100, 10_000_000);
        InRange($"{path}:MaxOffersInFlight", limits.MaxOffersInFlight, 1, 100_000);
    }

    private void CheckMedia(MediaOptions media, string path)
    {
        if (!IPAddress.TryParse(media.Address, out var address)) errors.Wrong($"{path}:Address", media.Address, "an IP address of this host");
        if (media.AdvertisedAddress is { } advertised)
        {
            var isAddress = IPAddress.TryParse(advertised, out var ip) && !ListenAddress.IsAny(ip);
            if (!isAddress && !StunServer.TryParse(advertised, out _)) errors.Wrong($"{path}:AdvertisedAddress", advertised, "an IP address that peers reach this edge by, or stun:HOST:PORT to ask for it");
        }
        else if (address is not null && ListenAddress.IsAny(address))
        {
            errors.Missing($"{path}:AdvertisedAddress", "the IP address that peers reach this edge by or stun:HOST:PORT to ask for it, since Address is all addresses");
        }
        var free = media.PortMin == 0 && media.PortMax == 0;
        if (!free) InRange($"{path}:PortMin", media.PortMin, 1024, 65534);
        if (!free) InRange($"{path}:PortMax", media.PortMax, Math.Clamp(media.PortMin + 1, 1025, 65535), 65535);
        InRange($"{path}:MaxCalls", media.MaxCalls, 1, 100_000);
        if (media.DeadAfter != TimeSpan.Zero) InRange($"{path}:DeadAfter", media.DeadAfter, TimeSpan.FromSeconds(5), TimeSpan.FromDays(1));
        RoutingRules.CheckCodecs(media.Codecs, $"{path}:Codecs", errors);
    }

    private void CheckApi(ApiOptions api, string path)
    {
        const string may = "http://ADDRESS:PORT, ADDRESS being an IP address of this host";
        if (!ListenAddress.TryParseHttp(api.Listen, out var endpoint)) errors.Wrong($"{path}:Listen", api.Listen, may);
        else if (!IPAddress.IsLoopback(endpoint.Address) && api.Keys.Count == 0) errors.Missing($"{path}:Keys", $"at least one key, since {api.Listen} is not loopback");
        foreach (var (i, key) in api.Keys.Index())
        {
            CheckKey(key, $"{path}:Keys:{i}");
            if (key.Name is not { } name) continue;
            if (!Names.IsName(name)) errors.Wrong($"{path}:Keys:{i}:Name", name, Names.MayHold);
            if (api.Keys.Take(i).Any(before => before.Name == name)) errors.Wrong($"{path}:Keys:{i}:Name", name, "a name that no key before has");
        }
    }

    private void CheckKey(ApiKeyOptions key, string path)
    {
        if (key.Role != ApiRole.Agent && key.Agent is { } agent) errors.Wrong($"{path}:Agent", agent, "nothing, unless Role is Agent");
        else if (key.Role == ApiRole.Agent && key.Agent is null) errors.Missing($"{path}:Agent", "the agent whose key it is, since Role is Agent");
        else if (key.Agent is { } own && !options.Agents.ContainsKey(own)) errors.Wrong($"{path}:Agent", own, "the id of an agent of Agents");
        // A file that holds no secret has been told.
        if (key.KeyFile is { } file && SecretFile.Fault(file) is null && SecretFile.Fault(file, ApiKeys.Shortest) is not null)
            errors.Wrong($"{path}:KeyFile", file, $"the path of a file with a key of at least {ApiKeys.Shortest} characters that nobody can guess, such as one made by: openssl rand -hex 32");
    }

    private void CheckLanguages(IReadOnlyList<string> languages, string path)
    {
        if (languages.Count == 0) errors.Missing(path, "at least one language");
        RoutingRules.CheckLanguages(languages, path, errors);
    }

    private void CheckHost(string host, string path)
    {
        if (Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6)) errors.Wrong(path, host, "a host name or an IP address");
    }

    private void InRange(string path, int? value, int least, int most)
    {
        if (value is { } number && (number < least || number > most)) errors.Wrong(path, number, $"a number from {least} to {most}");
    }

    private void InRange(string path, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most) errors.Wrong(path, value, $"a time from {least:c} to {most:c}");
    }
}
