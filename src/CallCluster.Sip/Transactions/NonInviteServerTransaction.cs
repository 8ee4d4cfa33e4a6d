using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.Transactions;

/// <summary>The non-INVITE server transaction (RFC 3261 §17.2.2).</summary>
internal sealed class NonInviteServerTransaction : ServerTransaction
{
    internal NonInviteServerTransaction(TransactionLayer layer, SipRequest request, in ServerTransactionKey key, in SipFlow flow)
        : base(layer, request, key, flow)
    {
    }

    internal enum States
    {
        Trying,
        Proceeding,
        Completed,
        Terminated,
    }

    internal States State { get; private set; }

    internal override bool IsTerminated => State == States.Terminated;

    // After this time the peer's timer F has fired and an answer is of no use (RFC 4320 §4.2): an application that forgot must not leak.
    internal override void Start() => Layer.Timers.Schedule(Deadline, Layer.TransactionTimeout);

    internal override byte[]? Respond(SipResponse response)
    {
        if (State is not (States.Trying or States.Proceeding))
            return null;
        var wire = Transmit(response);
        if (response.StatusCode < 200)
        {
            State = States.Proceeding;
            LastResponse = wire;
            return wire;
        }

        Request = null;
        if (Flow.IsReliable)
        {
            Terminate(); // Timer J is zero
            return wire;
        }

        State = States.Completed;
        LastResponse = wire;
        Layer.Timers.Schedule(Deadline, Layer.TransactionTimeout); // Timer J
        return wire;
    }

    internal override void ReceiveRetransmission()
    {
        if (State is States.Proceeding or States.Completed)
            Repeat("response");
    }

    public override void OnTimer(SipTimer timer)
    {
        if (State is States.Trying or States.Proceeding)
            SipMetrics.Dropped("unanswered");
        Terminate();
    }

    private void Terminate()
    {
        State = States.Terminated;
        Leave();
    }
}
