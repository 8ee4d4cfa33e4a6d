using System.Security.Cryptography;
using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Flows;

/// <summary>
/// The hop to phones that are only reached over a flow of this endpoint: a stateless proxy (RFC 3261 §16.11) that obeys routes with a token of ours (RFC 3327,
/// RFC 5626 §5.3) and no others. It keeps nothing: where a response goes back stands, with a MAC, in the branch of our Via. Under the endpoint's lock.
/// </summary>
internal sealed class FlowProxy(SipEndpoint endpoint)
{
    private const char Separator = '!';
    private const int DefaultHops = 70;

    /// <summary>Sends the request on when its first route is a token of ours; false when it is for the user agent.</summary>
    internal bool TryForward(SipRequest request, in SipFlow source)
    {
        if (request.Route.Count == 0 || !endpoint.Flows.TryRead(request.Route[0].Uri, out var token))
            return false;
        if (request.MaxForwards == 0)
            Refuse(request, source, 483);
        else if (request[HeaderNames.ProxyRequire] is { } required)
            Refuse(request, source, 420, (HeaderNames.Unsupported, required));
        else if (token.Flow is { } flow)
            ToPhone(request, source, flow);
        else if (token.Peer is { } peer && request.To.Tag is not null)
            ToPeer(request, source, peer);
        else
            Refuse(request, source, token.Peer is null ? 430 : 403); // RFC 5626 §5.3.1: the flow is gone
        return true;
    }

    /// <summary>Sends the response back where its request came from; false when its request was our own.</summary>
    internal bool TryForward(SipResponse response)
    {
        if (response.TopVia?.Branch is not { } branch || !branch.StartsWith(ViaHeader.MagicCookie, StringComparison.Ordinal)
            || branch.IndexOf(Separator, StringComparison.Ordinal) is var end && end < 0
            || !endpoint.Flows.TryRead(branch.AsSpan(ViaHeader.MagicCookie.Length, end - ViaHeader.MagicCookie.Length), out var token))
            return false;
        response.PopVia();
        if (token.Flow is { } flow && response.TopVia is not null)
            Send(flow, response);
        else
            SipMetrics.Dropped("flow-gone");
        return true;
    }

    private void ToPhone(SipRequest request, in SipFlow source, in SipFlow flow)
    {
        // Two values, since what is told the phone must lead over its own transport (RFC 5658).
        if (request.Method is SipMethods.Invite or SipMethods.Subscribe && request.To.Tag is null && request.Contact.Count > 0)
        {
            request.Headers.Prepend(HeaderNames.RecordRoute, $"<{endpoint.Flows.PathTo(flow)}>");
            request.Headers.Prepend(HeaderNames.RecordRoute, $"<{endpoint.Flows.PathBack(flow, request.Contact[0].Uri)}>");
        }

        Forward(request, source, flow);
    }

    private void ToPeer(SipRequest request, SipFlow source, SipUri peer) => endpoint.Transport.Resolve(peer, null, found =>
    {
        if (found is { } flow)
            Forward(request, source, flow);
        else
            Refuse(request, source, 503);
    });

    private void Forward(SipRequest request, in SipFlow source, in SipFlow flow)
    {
        // Its twin of the same Record-Route goes with it.
        var own = request.Route.Count > 1 && endpoint.Flows.TryRead(request.Route[1].Uri, out _) ? 2 : 1;
        var rest = request.Route.Skip(own).ToArray();
        request.Headers.Remove(HeaderNames.Route);
        foreach (var route in rest)
            request.Headers.Add(HeaderNames.Route, route.ToString());
        request.MaxForwards = (request.MaxForwards ?? DefaultHops) - 1;
        var branch = $"{ViaHeader.MagicCookie}{endpoint.Flows.Name(source)}{Separator}{Fingerprint(request)}";
        request.Headers.Prepend(HeaderNames.Via, MessageSender.ViaFor(flow.Transport, branch));
        if (!Send(flow, request) && request.Method != SipMethods.Ack)
        {
            request.PopVia();
            Refuse(request, source, 430);
        }
    }

    /// <summary>The same for a request, its retransmissions, its CANCEL and the ACK of its failure, and for nothing else (§16.11).</summary>
    private static string Fingerprint(SipRequest request)
    {
        var key = ServerTransactionKey.Of(request, "");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Branch} {key.SentBy} {key.Port}")).AsSpan(0, 12));
    }

    private bool Send(in SipFlow flow, SipMessage message)
    {
        SipMetrics.Forwarded(message is SipRequest);
        return endpoint.Sender.SendOnce(flow, message);
    }

    private void Refuse(SipRequest request, in SipFlow source, int status, params IReadOnlyList<(string Name, string Value)> headers)
    {
        if (request.Method == SipMethods.Ack)
            return;
        SipMetrics.ResponseSent(status);
        var response = SipResponse.For(request, status, null, "hop");
        endpoint.Core.Complete(response, request, null, headers);
        endpoint.Sender.SendOnce(TransportLayer.ForResponses(request, source), response);
    }
}
