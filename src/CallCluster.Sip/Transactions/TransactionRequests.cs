using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Transactions;

/// <summary>The requests that repeat parts of an INVITE and go where it went.</summary>
internal static class TransactionRequests
{
    /// <summary>The ACK to a non-2xx response (RFC 3261 §17.1.1.3).</summary>
    internal static SipRequest AckForFailure(SipRequest invite, SipResponse response)
    {
        var ack = Sibling(invite, SipMethods.Ack);
        ack.Headers.CopyFrom(response.Headers, HeaderNames.To);
        return ack;
    }

    /// <summary>The CANCEL of an INVITE (RFC 3261 §9.1), with a Reason (RFC 3326) when one is given.</summary>
    internal static SipRequest Cancel(SipRequest invite, string? reason)
    {
        var cancel = Sibling(invite, SipMethods.Cancel);
        cancel.Headers.CopyFrom(invite.Headers, HeaderNames.To);
        if (reason is not null)
            cancel.Headers.Add(HeaderNames.Reason, reason);
        return cancel;
    }

    /// <summary>A copy to send again in a new transaction: all but Via. The caller raises CSeq.</summary>
    internal static SipRequest Again(SipRequest request)
    {
        var again = new SipRequest(request.Method, request.RequestUri) { Body = request.Body };
        foreach (var (name, value) in request.Headers)
        {
            if (name != HeaderNames.Via)
                again.Headers.Add(name, value);
        }

        return again;
    }

    private static SipRequest Sibling(SipRequest invite, string method)
    {
        var request = new SipRequest(method, invite.RequestUri);
        var headers = request.Headers;
        headers.Add(HeaderNames.Via, invite.TopVia!.ToString());
        headers.CopyFrom(invite.Headers, HeaderNames.Route);
        headers.Add(HeaderNames.MaxForwards, "70");
        headers.CopyFrom(invite.Headers, HeaderNames.From);
        headers.CopyFrom(invite.Headers, HeaderNames.CallId);
        headers.Add(HeaderNames.CSeq, new CSeq(invite.CSeq.Number, method).ToString());
        return request;
    }
}
