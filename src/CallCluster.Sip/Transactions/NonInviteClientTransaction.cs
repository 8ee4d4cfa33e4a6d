using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.Transactions;

/// <summary>The non-INVITE client transaction (RFC 3261 §17.1.2).</summary>
internal sealed class NonInviteClientTransaction : ClientTransaction
{
    internal NonInviteClientTransaction(TransactionLayer layer, SipRequest request, string branch, in SipFlow flow, IClientTransactionUser user)
        : base(layer, request, branch, flow, user)
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

    internal override void Receive(SipResponse response)
    {
        if (State is not (States.Trying or States.Proceeding))
            return;
        if (response.StatusCode < 200)
        {
            State = States.Proceeding;
            User.OnResponse(this, response);
            return;
        }

        Layer.Timers.Cancel(Retransmission);
        Layer.Timers.Cancel(Deadline);
        Wire = null;
        State = States.Completed;
        if (Flow.IsReliable)
        {
            User.OnResponse(this, response);
            Finish(); // Timer K is zero
        }
        else
        {
            Layer.Timers.Schedule(Deadline, Layer.T4); // Timer K
            User.OnResponse(this, response);
        }
    }

    public override void OnTimer(SipTimer timer)
    {
        if (timer == Retransmission)
        {
            Retransmit();
            Interval = State == States.Proceeding ? Layer.T2 : TimeSpan.FromTicks(Math.Min(Interval.Ticks * 2, Layer.T2.Ticks));
            Layer.Timers.Schedule(Retransmission, Interval);
            return;
        }

        if (State == States.Completed)
            Finish();
        else
            Fail(408);
    }

    internal override void OnTransportClosed()
    {
        if (State is States.Trying or States.Proceeding)
            Fail(503);
    }

    private protected override void SetTerminated() => State = States.Terminated;
}
