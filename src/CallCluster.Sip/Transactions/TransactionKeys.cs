using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Transactions;

/// <summary>RFC 3261 §17.1.3: branch of the top Via and method of CSeq.</summary>
internal readonly record struct ClientTransactionKey(string Branch, string Method);

/// <summary>RFC 3261 §17.2.3: branch and sent-by of the top Via and the method, ACK counting as INVITE.</summary>
internal readonly record struct ServerTransactionKey(string Branch, string SentBy, int Port, string Method)
{
    internal const string MagicCookie = "z9hG4bK";

    internal static ServerTransactionKey Of(SipRequest request, string method)
    {
        var via = request.TopVia!;
        if (via.Branch is { } branch && branch.StartsWith(MagicCookie, StringComparison.Ordinal))
            return new ServerTransactionKey(branch, via.Host, via.Port ?? 0, method);
        // RFC 2543 peers: the request's identity instead of the branch. To is left out, since the ACK has a tag that the INVITE had not.
        var identity = string.Join('\n', request.RequestUri.ToString(), request.From.Tag ?? "", request.CallId, request.CSeq.Number, via.ToString());
        return new ServerTransactionKey(identity, "", 0, method);
    }
}

/// <summary>RFC 3261 §8.2.2.2: what two requests have in common that reached us over two paths.</summary>
internal readonly record struct MergedRequestKey(string CallId, string FromTag, uint CSeq, string Method)
{
    internal static MergedRequestKey Of(SipRequest request) => new(request.CallId, request.From.Tag ?? "", request.CSeq.Number, request.Method);
}
