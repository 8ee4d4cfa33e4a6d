using CallCluster.Sip.Messages;
using CallCluster.Sip.Transactions;

namespace CallCluster.Sip.UserAgents;

/// <summary>Waits for the final response to a non-INVITE request, and if asked for the end of its transaction.</summary>
internal sealed class RequestClient(Action<int, SipResponse?>? completed, Action? over = null) : IClientTransactionUser
{
    public void OnResponse(ClientTransaction transaction, SipResponse response)
    {
        if (response.IsFinal)
            completed?.Invoke(response.StatusCode, response);
    }

    public void OnFailure(ClientTransaction? transaction, int status)
    {
        completed?.Invoke(status, null);
        if (transaction is null)
            over?.Invoke();
    }

    public void OnTerminated(ClientTransaction transaction) => over?.Invoke();
}
