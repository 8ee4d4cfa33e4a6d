using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.Transactions;

/// <summary>What both client machines share (RFC 3261 §17.1): the request, its way, and two timers.</summary>
internal abstract class ClientTransaction : ISipTimerOwner
{
    private protected ClientTransaction(TransactionLayer layer, SipRequest request, string branch, in SipFlow flow, IClientTransactionUser user)
    {
        Layer = layer;
        Request = request;
        Key = new ClientTransactionKey(branch, request.Method);
        Flow = flow;
        User = user;
        Retransmission = new SipTimer(this);
        Deadline = new SipTimer(this);
    }

    internal ClientTransactionKey Key { get; }

    internal SipFlow Flow { get; private protected set; }

    /// <summary>The request as sent, with our Via; kept while a CANCEL or ACK may have to be made from it.</summary>
    internal SipRequest Request { get; }

    internal IClientTransactionUser User { get; }

    private protected TransactionLayer Layer { get; }

    private protected SipTimer Retransmission { get; }

    private protected SipTimer Deadline { get; }

    private protected TimeSpan Interval { get; set; }

    /// <summary>The request's bytes while it may be retransmitted.</summary>
    private protected byte[]? Wire { get; set; }

    internal abstract bool IsTerminated { get; }

    /// <summary>Sends the request the first time.</summary>
    internal void Start()
    {
        if (!SendFirst())
        {
            Fail(503);
            return;
        }

        if (!Flow.IsReliable)
        {
            Interval = Layer.T1;
            Layer.Timers.Schedule(Retransmission, Interval); // Timer A or E
        }

        Layer.Timers.Schedule(Deadline, Layer.TransactionTimeout); // Timer B or F
    }

    internal abstract void Receive(SipResponse response);

    public abstract void OnTimer(SipTimer timer);

    /// <summary>The connection closed while we waited (RFC 3261 §17.1.4).</summary>
    internal abstract void OnTransportClosed();

    private protected bool SendFirst()
    {
        Wire = Layer.Sender.Serialize(Request);
        SipMetrics.RequestSent(Request.Method);
        // A connection may be refused, and a write may fail, before the call returns: then nobody would tell us later.
        var sent = Flow.Connection is not { IsOpen: false } && MessageSender.Send(Flow, Wire) && Flow.Connection is not { IsOpen: false };
        if (Flow.IsReliable)
            Wire = null;
        if (sent)
            Flow.Connection?.Waiting.Add(this);
        return sent;
    }

    private protected void Retransmit()
    {
        SipMetrics.Retransmitted(Request.Method);
        MessageSender.Send(Flow, Wire!);
    }

    private protected void Fail(int status)
    {
        Leave();
        User.OnFailure(this, status);
        User.OnTerminated(this);
    }

    private protected void Finish()
    {
        Leave();
        User.OnTerminated(this);
    }

    private protected abstract void SetTerminated();

    private void Leave()
    {
        SetTerminated();
        Wire = null;
        Layer.Timers.Cancel(Retransmission);
        Layer.Timers.Cancel(Deadline);
        Flow.Connection?.Waiting.Remove(this);
        Layer.Remove(this);
    }
}
