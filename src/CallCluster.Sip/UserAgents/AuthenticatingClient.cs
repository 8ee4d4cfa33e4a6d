using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transactions;

namespace CallCluster.Sip.UserAgents;

/// <summary>Answers a 401 or 407 by sending the request again with credentials, over the same flow, before its user hears of it (RFC 3261 §22.2).</summary>
internal sealed class AuthenticatingClient(SipEndpoint endpoint, IClientTransactionUser user, DigestClient credentials, Func<uint> nextCSeq)
    : IClientTransactionUser
{
    private const int MaxAttempts = 3;
    private int _attempts;
    private ClientTransaction? _superseded;

    public void OnResponse(ClientTransaction transaction, SipResponse response)
    {
        if (response.StatusCode is not (401 or 407) || transaction == _superseded || _attempts >= MaxAttempts)
        {
            user.OnResponse(transaction, response);
            return;
        }

        var again = TransactionRequests.Again(transaction.Request);
        if (!credentials.TryAnswer(again, response))
        {
            user.OnResponse(transaction, response);
            return;
        }

        _attempts++;
        _superseded = transaction;
        again.CSeq = new CSeq(nextCSeq(), again.Method);
        endpoint.Transactions.Send(again, transaction.Flow, this);
    }

    public void OnFailure(ClientTransaction? transaction, int status) => user.OnFailure(transaction, status);

    public void OnTerminated(ClientTransaction transaction)
    {
        // Only the last attempt's end is the end: the others were followed by one more.
        if (transaction.Request.CSeq.Number > (_superseded?.Request.CSeq.Number ?? 0))
            user.OnTerminated(transaction);
    }
}
