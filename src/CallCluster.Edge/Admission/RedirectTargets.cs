using System.Net;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Legs;
using CallCluster.Edge.Trunks;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Admission;

/// <summary>
/// Where a 3xx may send a call of ours: an agent's phone to its own host, or to a number, queue or agent of this cluster; a trunk to the same number at its own host or to what Outbound:Allow has, through itself. Nowhere else (toll
/// fraud). Runs under the SIP endpoint's lock, so it only looks things up.
/// </summary>
internal sealed partial class RedirectTargets(EdgeContext edge)
{
    private readonly ILogger _logger = edge.Logger;

    /// <summary>The destination of this cluster that a contact of an agent's phone names, by our domain or an address of ours; null when it names none, or the agent.</summary>
    /// <param name="agent">Whose phone redirects.</param>
    /// <param name="contact">To where.</param>
    public string? InsideFor(string agent, SipUri contact)
    {
        var isOurs = contact is { IsSip: true, MAddr: null } && (contact.Host.Equals(edge.Options.Domain, StringComparison.OrdinalIgnoreCase) || IsOurs(contact));
        if (!isOurs || edge.Routing.DestinationOf(SipUri.Unescape(contact.User ?? ""), byAgent: true, edge.Routing.Routing.Outbound.DefaultCountry) is not { } to || to == $"agent:{agent}") return null;
        EdgeMetrics.Redirects.Add(1, new KeyValuePair<string, object?>("outcome", "Inside"));
        LogInside(agent, Printable.Clean(contact.ToString()), to);
        return to;
    }

    /// <summary>The INVITE to follow an agent's phone by; null when it may not lead there.</summary>
    /// <param name="agent">Whose phone redirects.</param>
    /// <param name="invite">The INVITE that it redirects.</param>
    /// <param name="contact">To where.</param>
    /// <param name="from">The address that the response came from.</param>
    public InviteRequest? ForAgent(string agent, InviteRequest invite, SipUri contact, IPAddress from)
    {
        // Behind a route the response comes from the hop that holds the phone's flow, not from the phone.
        var phone = invite.Route.Count == 0 ? from : null;
        var target = SafeAs(invite, contact);
        var refusal = IsOurs(contact) ? RedirectRefusal.OwnListener : !IsAt(contact, invite.Target.Host, phone) ? RedirectRefusal.ForeignHost : target is null ? RedirectRefusal.LessSecure : (RedirectRefusal?)null;
        return Tell($"agent {agent}", contact, refusal, refusal is null ? invite with { Target = target! } : null);
    }

    /// <summary>The INVITE to follow a trunk by; null when it may not lead there.</summary>
    /// <param name="name">The trunk.</param>
    /// <param name="invite">The INVITE that it redirects.</param>
    /// <param name="contact">To where.</param>
    /// <param name="from">The address that the response came from.</param>
    public InviteRequest? ForTrunk(string name, InviteRequest invite, SipUri contact, IPAddress from)
    {
        var (next, refusal) = Follow(name, invite, contact, from);
        return Tell($"trunk {name}", contact, refusal, next);
    }

    private (InviteRequest? Next, RedirectRefusal? Refusal) Follow(string name, InviteRequest invite, SipUri contact, IPAddress from)
    {
        if (contact.MAddr is not null) return (null, RedirectRefusal.ForeignHost);
        if (IsOurs(contact)) return (null, RedirectRefusal.OwnListener);
        if (!edge.Routing.Routing.Trunks.TryGetValue(name, out var trunk) || !SipUri.TryParse(trunk.Proxy, out var proxy)) return (null, RedirectRefusal.NoRoute);
        if (contact.User == invite.Target.User && IsAt(contact, proxy.Host, from))
            return SafeAs(invite, contact) is { } target ? (invite with { Target = target, Route = [] }, null) : (null, RedirectRefusal.LessSecure);

        // Another number, or another domain: what an agent may dial, and what this trunk carries.
        var rules = edge.Routing.Routing.Outbound;
        if (edge.Routing.OutboundOf(contact) is not { } to || !rules.Allows(to)) return (null, RedirectRefusal.OutboundDenied);
        if (!rules.TrunksFor(to).Contains(name) || !TrunkAddress.TryMake(to, trunk, out var address)) return (null, RedirectRefusal.NoRoute);
        return (invite with { Target = address.Target, Route = address.Route, Headers = Diverted(invite, trunk, address.Target) }, null);
    }

    /// <summary>RFC 5806: who was called before comes first; RFC 7044: last. Only for trunks that are told identities at all.</summary>
    private static IReadOnlyList<(string Name, string Value)>? Diverted(InviteRequest invite, TrunkOptions trunk, SipUri target)
    {
        if (!trunk.TrustIdentity) return invite.Headers;
        var others = (invite.Headers ?? []).ToLookup(header => header.Name == HeaderNames.HistoryInfo);
        var history = HistoryInfo.Redirected(others[true].Select(header => header.Value).FirstOrDefault(), invite.Target, target);
        return [(HeaderNames.Diversion, $"{new NameAddress(invite.Target)};reason=unconditional"), .. others[false], (HeaderNames.HistoryInfo, history)];
    }

    /// <summary>The contact by TLS where the INVITE went by TLS, since its body may have the keys of the media; null when the contact wants another transport.</summary>
    private static SipUri? SafeAs(InviteRequest invite, SipUri contact)
    {
        if (!IsTls(invite.Route.Count > 0 ? invite.Route[0] : invite.Target) || IsTls(contact)) return contact;
        return contact.Transport is null ? contact.WithParameter("transport", "tls") : null;
    }

    private static bool IsTls(SipUri uri) => uri.IsSecure || "tls".Equals(uri.Transport, StringComparison.OrdinalIgnoreCase);

    /// <summary>maddr would send the INVITE past the host that is looked at (RFC 3261 19.1.1).</summary>
    private static bool IsAt(SipUri contact, string host, IPAddress? address) => contact is { IsSip: true, MAddr: null } && (
        contact.Host.Equals(host, StringComparison.OrdinalIgnoreCase) || (address is not null && IPAddress.TryParse(contact.Host.Trim('[', ']'), out var literal) && literal.Equals(address)));

    /// <summary>A call to ourselves would come back as one of somebody whom we trust.</summary>
    private bool IsOurs(SipUri contact)
    {
        foreach (var listener in edge.Sip.Listeners)
        {
            var port = contact.Port ?? listener.Protocol.DefaultPort();
            if (port == listener.AdvertisedPort && contact.Host.Equals(listener.AdvertisedHost, StringComparison.OrdinalIgnoreCase)) return true;
            if (port == listener.LocalEndPoint.Port && IPAddress.TryParse(contact.Host.Trim('[', ']'), out var address) && (IPAddress.IsLoopback(address) || address.Equals(listener.LocalEndPoint.Address))) return true;
        }

        return false;
    }

    private InviteRequest? Tell(string who, SipUri contact, RedirectRefusal? refusal, InviteRequest? next)
    {
        EdgeMetrics.Redirects.Add(1, new KeyValuePair<string, object?>("outcome", refusal?.ToString() ?? "Followed"));
        var target = Printable.Clean(contact.ToString());
        if (refusal is { } why) LogRefused(who, target, why);
        else LogFollowed(who, target);
        return next;
    }

    [LoggerMessage(LogLevel.Information, "The {Who} redirects a call to {Target}, which is called instead.")]
    private partial void LogFollowed(string who, string target);

    [LoggerMessage(LogLevel.Information, "The phone of {Agent} redirects a call to {Contact}: the caller goes to {Destination}.")]
    private partial void LogInside(string agent, string contact, string destination);

    [LoggerMessage(LogLevel.Warning, "The {Who} redirects a call to {Target}, which is refused: {Refusal}. Phones redirect to their own host and into this cluster, trunks within themselves and Outbound:Allow; nobody by maddr, nor from TLS to less.")]
    private partial void LogRefused(string who, string target, RedirectRefusal refusal);
}
