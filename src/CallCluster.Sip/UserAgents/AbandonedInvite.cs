using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <summary>
/// An INVITE whose target was given up for its silence: a late 1xx is cancelled, a late 2xx acknowledged and hung up, so that no phone rings and no call is charged
/// for nobody.
/// </summary>
internal sealed class AbandonedInvite(SipEndpoint endpoint, InviteSession session, InviteClientTransaction transaction)
{
    private bool _cancelSent;
    private bool _isHungUp;
    private byte[]? _ack;
    private SipFlow _ackFlow;

    internal InviteClientTransaction Transaction { get; } = transaction;

    internal void OnResponse(SipResponse response)
    {
        if (response.IsProvisional)
            Cancel();
        else if (response.IsSuccess)
            HangUp(response);
    }

    private void Cancel()
    {
        if (_cancelSent)
            return;
        _cancelSent = true;
        endpoint.Transactions.SendWithVia(TransactionRequests.Cancel(Transaction.Request, null), Transaction.Key.Branch, Transaction.Flow, new RequestClient(null));
    }

    private void HangUp(SipResponse response)
    {
        if (_isHungUp)
        {
            if (_ack is not null)
                MessageSender.Send(_ackFlow, _ack);
            return;
        }

        _isHungUp = true;
        var dialog = Dialog.ForClient(Transaction.Request, response);
        dialog.Flow = Transaction.Flow;
        dialog.Confirm(response);
        session.SendAck(dialog, Transaction.Request, null, (wire, flow) => (_ack, _ackFlow) = (wire, flow));
        session.Send(dialog.CreateRequest(SipMethods.Bye), dialog, new RequestClient(null));
    }
}
