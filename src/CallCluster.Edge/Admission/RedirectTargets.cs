using System.Net;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Legs;
using CallCluster.Edge.Trunks;
using CallCluster.Sip.Messages;
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
        if (!edge.OwnAddresses.Has(contact) || edge.Routing.DestinationOf(SipUri.Unescape(contact.User ?? ""), byAgent: true, edge.Routing.Routing.Outbound.DefaultCountry) is not { } to || to == $"agent:{agent}") return null;
        EdgeMetrics.Redirects.Add(1, new KeyValuePair<string, object?>("outcome", "Inside"));
        LogInside(agent, Printable.Clean(contact.ToString()), to);
        return to;
    }

    /// <summary>The INVITE to follow an agent's phone by; null when it may not lead there.</summary>
    /// <param name="agent">Whose phone redirects.</param>
    /// <param name="contact">To where.</param>
    public InviteRequest? ForAgent(string agent, RedirectContact contact)
    {
        // Behind a route the response comes from the hop that holds the phone's flow, not from the phone.
        var (invite, uri) = (contact.Sent, contact.Uri);
        var phone = invite.Route.Count == 0 ? contact.From : null;
        var target = SafeAs(invite, uri);
        var refusal = edge.OwnAddresses.Has(uri) ? RedirectRefusal.OwnListener : !IsAt(uri, invite.Target.Host, phone) ? RedirectRefusal.ForeignHost : target is null ? RedirectRefusal.LessSecure : (RedirectRefusal?)null;
        return Tell($"agent {agent}", uri, refusal, refusal is null ? invite with { Target = target! } : null);
    }

    /// <summary>The INVITE to follow a trunk by; null when it may not lead there.</summary>
    /// <param name="name">The trunk.</param>
    /// <param name="contact">To where.</param>
    public InviteRequest? ForTrunk(string name, RedirectContact contact)
    {
        var (next, refusal) = Follow(name, contact);
        return Tell($"trunk {name}", contact.Uri, refusal, next);
    }

    private (InviteRequest? Next, RedirectRefusal? Refusal) Follow(string name, RedirectContact contact)
    {
        var (invite, uri) = (contact.Sent, contact.Uri);
        if (uri.MAddr is not null) return (null, RedirectRefusal.ForeignHost);
        // A call to ourselves would come back as one of somebody whom we trust.
        if (edge.OwnAddresses.Has(uri)) return (null, RedirectRefusal.OwnListener);
        if (!edge.Routing.Routing.Trunks.TryGetValue(name, out var trunk) || !SipUri.TryParse(trunk.Proxy, out var proxy)) return (null, RedirectRefusal.NoRoute);
        if (uri.User == invite.Target.User && IsAt(uri, proxy.Host, contact.From))
            return SafeAs(invite, uri) is { } target ? (invite with { Target = target, Route = [] }, null) : (null, RedirectRefusal.LessSecure);

        // Another number, or another domain: what an agent may dial, and what this trunk carries.
        var rules = edge.Routing.Routing.Outbound;
        if (edge.Routing.OutboundOf(uri) is not { } to || !rules.Allows(to)) return (null, RedirectRefusal.OutboundDenied);
        if (!rules.TrunksFor(to).Contains(name) || !TrunkAddress.TryMake(to, trunk, out var address)) return (null, RedirectRefusal.NoRoute);
        return (invite with { Target = address.Target, Route = address.Route, Headers = Diverted(contact, trunk, address.Target) }, null);
    }

    /// <summary>RFC 5806: who was called before comes first; RFC 7044: last, and contacts that were tried before this one stay. Only for trunks that are told identities at all.</summary>
    private static IReadOnlyList<(string Name, string Value)>? Diverted(RedirectContact contact, TrunkOptions trunk, SipUri target)
    {
        var headers = contact.Sent.Headers ?? [];
        if (!trunk.TrustIdentity) return headers;
        var history = HistoryInfo.Redirected(HistoryOf(contact.Sent), HistoryOf(contact.Last), contact.Sent.Target, contact.Status, target);
        return [(HeaderNames.Diversion, $"{new NameAddress(contact.Sent.Target)};reason=unconditional"), .. headers.Where(header => header.Name != HeaderNames.HistoryInfo), (HeaderNames.HistoryInfo, history)];
    }

    private static string? HistoryOf(InviteRequest invite) => (invite.Headers ?? []).FirstOrDefault(header => header.Name == HeaderNames.HistoryInfo).Value;

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
