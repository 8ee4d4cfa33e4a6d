using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Legs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Admission;

/// <summary>
/// Where a REFER may send a caller: to numbers, queues and agents of this cluster, and nowhere else (toll fraud). Runs under the SIP endpoint's lock, so it only looks things up.
/// </summary>
internal sealed partial class TransferTargets(EdgeContext edge)
{
    private readonly ILogger _logger = edge.Logger;

    /// <summary>The destination of a REFER, or why there is none.</summary>
    /// <param name="refer">A REFER within the dialog of an agent's phone.</param>
    /// <param name="isFromPhone">It came from where that phone is.</param>
    public (string? Destination, TransferRefusal? Refusal) Check(IncomingRequest refer, bool isFromPhone)
    {
        var (destination, refusal) = Find(refer.Request, isFromPhone);
        if (refusal is { } why) LogRefused(why, refer.RemoteEndPoint.ToString(), Printable.Clean(refer.Request.GetHeader(HeaderNames.ReferTo) ?? ""));
        return (destination, refusal);
    }

    /// <summary>Answers a REFER that leads to no transfer, and counts it.</summary>
    public static void Refuse(IncomingRequest refer, TransferRefusal refusal)
    {
        EdgeMetrics.TransfersRefused.Add(1, new KeyValuePair<string, object?>("reason", refusal.ToString()));
        var (status, reason) = refusal switch
        {
            TransferRefusal.BadReferTo => (400, "Bad Refer-To"),
            TransferRefusal.UnknownTarget => (404, "Target Not Configured"),
            TransferRefusal.AttendedTransfer => (501, "Attended Transfer Not Supported"),
            TransferRefusal.OutsideTarget => (403, "Target Not Allowed"),
            _ => (403, "Transfer Not Allowed"),
        };
        refer.Respond(status, reason);
    }

    private (string? Destination, TransferRefusal? Refusal) Find(SipRequest request, bool isFromPhone)
    {
        if (!isFromPhone) return (null, TransferRefusal.ForeignSource);
        // RFC 3515 2.4.1: exactly one.
        if (request.GetHeaders(HeaderNames.ReferTo) is not [var referTo] || !NameAddress.TryParse(referTo, out var address)) return (null, TransferRefusal.BadReferTo);
        var uri = address.Uri;
        // Headers in the URI would go into a request of ours; the only one with a meaning here is Replaces.
        if (uri.Headers.Count > 0) return (null, uri.Headers.Any(header => header.Name.Equals(HeaderNames.Replaces, StringComparison.OrdinalIgnoreCase)) ? TransferRefusal.AttendedTransfer : TransferRefusal.BadReferTo);
        if (!uri.IsSip || !IsOurs(uri) || uri.Parameters["method"] is not (null or SipMethods.Invite)) return (null, TransferRefusal.OutsideTarget);
        var dialled = SipUri.Unescape(uri.User ?? "");
        var known = edge.Routing.DestinationOf(dialled, byAgent: true, edge.Routing.Routing.Outbound.DefaultCountry) ?? Named(dialled);
        return known is null ? (null, TransferRefusal.UnknownTarget) : (known, null);
    }

    /// <summary>A queue or agent in the words of the configuration.</summary>
    private string? Named(string dialled)
    {
        if (!Destination.TryParse(dialled, out var destination)) return null;
        var routing = edge.Routing.Routing;
        return destination.Kind switch
        {
            DestinationKind.Queue when routing.Queues.ContainsKey(destination.Target) => dialled,
            DestinationKind.Agent when routing.Agents.ContainsKey(destination.Target) => dialled,
            _ => null,
        };
    }

    private bool IsOurs(SipUri uri)
    {
        if (uri.Host.Equals(edge.Options.Domain, StringComparison.OrdinalIgnoreCase)) return true;
        foreach (var listener in edge.Sip.Listeners)
        {
            if (uri.Host.Equals(listener.AdvertisedHost, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    [LoggerMessage(LogLevel.Warning, "REFER refused, {Refusal}: from {Source} to {Target}. Transfers lead to numbers, queues and agents of this cluster only.")]
    private partial void LogRefused(TransferRefusal refusal, string source, string target);
}
