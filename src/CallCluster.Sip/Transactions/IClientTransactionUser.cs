using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Transactions;

/// <summary>The transaction user of a client transaction (RFC 3261 §17.1). Called under the endpoint's lock.</summary>
internal interface IClientTransactionUser
{
    /// <summary>A response to pass up: all provisional ones, the first final one, and each 2xx to INVITE.</summary>
    void OnResponse(ClientTransaction transaction, SipResponse response);

    /// <summary>Timer B or F fired, or the transport failed: nothing more comes. Status 408 or 503 (RFC 3261 §8.1.3.1).</summary>
    /// <param name="transaction">Null when there was no way to the target, and so never a transaction.</param>
    /// <param name="status">The status to act as if received.</param>
    void OnFailure(ClientTransaction? transaction, int status);

    /// <summary>The transaction is gone from the tables, whatever came before.</summary>
    void OnTerminated(ClientTransaction transaction)
    {
    }
}
