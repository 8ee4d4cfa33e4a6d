using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Transactions;

/// <summary>The transaction user of an INVITE server transaction (RFC 3261 §17.2). Called under the endpoint's lock.</summary>
internal interface IServerTransactionUser
{
    /// <summary>CANCEL matched while no final response was sent; the 200 to it has left.</summary>
    void OnCancel(InviteServerTransaction transaction, SipRequest cancel);
}
