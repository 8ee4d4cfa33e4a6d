using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Legs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Admission;

/// <summary>
/// Where a REFER may send a party: to numbers, queues and agents of this cluster, to the agent's other calls, to what agents may dial outside, and nowhere else (toll fraud). Runs under the
/// SIP endpoint's lock, so it only looks things up.
/// </summary>
internal sealed partial class TransferTargets(EdgeContext edge)
{
    private readonly ILogger _logger = edge.Logger;

    /// <summary>Where a REFER leads.</summary>
    /// <param name="refer">A REFER within the dialog of an agent's phone.</param>
    /// <param name="isFromPhone">It came from where that phone is.</param>
    public TransferTarget Check(IncomingRequest refer, bool isFromPhone)
    {
        var target = Find(refer.Request, isFromPhone);
        if (target.Refusal is { } why) LogRefused(why, refer.RemoteEndPoint.ToString(), Printable.Clean(refer.Request.GetHeader(HeaderNames.ReferTo) ?? ""));
        return target;
    }

    /// <summary>Answers a REFER that leads to no transfer, and counts it.</summary>
    public static void Refuse(IncomingRequest refer, TransferRefusal refusal)
    {
        EdgeMetrics.TransfersRefused.Add(1, new KeyValuePair<string, object?>("reason", refusal.ToString()));
        var (status, reason) = refusal switch
        {
            TransferRefusal.BadReferTo => (400, "Bad Refer-To"),
            TransferRefusal.UnknownTarget => (404, "Target Not Configured"),
            TransferRefusal.ForeignDialog => (404, "No Such Dialog Here"),
            TransferRefusal.OutsideTarget => (403, "Target Not Allowed"),
            _ => (403, "Transfer Not Allowed"),
        };
        refer.Respond(status, reason);
    }

    private TransferTarget Find(SipRequest request, bool isFromPhone)
    {
        if (!isFromPhone) return Refused(TransferRefusal.ForeignSource);
        // RFC 3515 2.4.1: exactly one.
        if (request.GetHeaders(HeaderNames.ReferTo) is not [var referTo] || !NameAddress.TryParse(referTo, out var address)) return Refused(TransferRefusal.BadReferTo);
        var uri = address.Uri;
        if (uri.Headers[HeaderNames.Replaces] is { } replaces) return FindDialog(uri, SipUri.Unescape(replaces));
        // Headers in the URI would go into a request of ours.
        if (uri.Headers.Count > 0) return Refused(TransferRefusal.BadReferTo);
        if (uri.Parameters["method"] is not (null or SipMethods.Invite)) return Refused(TransferRefusal.OutsideTarget);
        var isOurs = edge.OwnAddresses.Has(uri);
        var dialled = SipUri.Unescape(uri.User ?? "");
        if (isOurs && (edge.Routing.DestinationOf(dialled, byAgent: true, edge.Routing.Routing.Outbound.DefaultCountry) ?? Named(dialled)) is { } known) return new TransferTarget(known);
        var rules = edge.Routing.Routing.Outbound;
        if (edge.Routing.OutboundOf(uri) is { } outside && rules.Allows(outside) && rules.TrunksFor(outside).Count > 0) return new TransferTarget(outside.ToString());
        return Refused(isOurs ? TransferRefusal.UnknownTarget : TransferRefusal.OutsideTarget);
    }

    /// <summary>RFC 5589 7. The rest of the URI does not matter: our tag tells which call it is, and that call's edge whether the dialog is the agent's.</summary>
    private TransferTarget FindDialog(SipUri uri, string value)
    {
        foreach (var (name, wanted) in uri.Headers)
        {
            var isKnown = name.Equals(HeaderNames.Replaces, StringComparison.OrdinalIgnoreCase)
                || (name.Equals(HeaderNames.Require, StringComparison.OrdinalIgnoreCase) && ReplacesHeader.OptionTag.Equals(wanted, StringComparison.OrdinalIgnoreCase));
            if (!isKnown) return Refused(TransferRefusal.BadReferTo);
        }

        if (!ReplacesHeader.TryParse(value, out var replaces)) return Refused(TransferRefusal.BadReferTo);
        return edge.Names.TryRead(replaces.Dialog.LocalTag, out var callId, out var leg) ? new TransferTarget(null, replaces, callId, leg) : Refused(TransferRefusal.ForeignDialog);
    }

    private static TransferTarget Refused(TransferRefusal why) => new(null, Refusal: why);

    /// <summary>A queue or agent in the words of the configuration.</summary>
    private string? Named(string dialled)
    {
        if (!Destination.TryParse(dialled, out var destination)) return null;
        var routing = edge.Routing.Routing;
        return destination.Kind switch
        {
            DestinationKind.Queue when routing.Queues.ContainsKey(destination.Queue) => dialled,
            DestinationKind.Agent when routing.Agents.ContainsKey(destination.Target) => dialled,
            _ => null,
        };
    }

    [LoggerMessage(LogLevel.Warning, "REFER refused, {Refusal}: from {Source} to {Target}. Transfers lead to numbers, queues and agents of this cluster, and to what Outbound:Allow lets agents dial.")]
    private partial void LogRefused(TransferRefusal refusal, string source, string target);
}
