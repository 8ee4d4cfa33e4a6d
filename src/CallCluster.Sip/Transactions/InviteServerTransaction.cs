using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.Transactions;

/// <summary>
/// The INVITE server transaction (RFC 3261 §17.2.1 with the Accepted state of RFC 6026 §7.1). Retransmitting a 2xx until its ACK is the
/// session's task (§13.3.1.4); here only INVITEs that come again are absorbed.
/// </summary>
internal sealed class InviteServerTransaction : ServerTransaction
{
    private readonly SipTimer _retransmission;
    private TimeSpan _interval;

    internal InviteServerTransaction(TransactionLayer layer, SipRequest request, in ServerTransactionKey key, in SipFlow flow)
        : base(layer, request, key, flow) => _retransmission = new SipTimer(this);

    internal enum States
    {
        Proceeding,
        Completed,
        Confirmed,
        Accepted,
        Terminated,
    }

    internal States State { get; private set; }

    /// <summary>Told of CANCEL; the session once there is one.</summary>
    internal IServerTransactionUser? User { get; set; }

    internal override bool IsTerminated => State == States.Terminated;

    internal override void Start() => Layer.Timers.Schedule(Deadline, Layer.TryingAfter);

    internal override byte[]? Respond(SipResponse response)
    {
        if (State != States.Proceeding)
            return null;
        Layer.Timers.Cancel(Deadline); // the 100 is no longer needed
        var wire = Transmit(response);
        switch (response.StatusCode)
        {
            case < 200:
                LastResponse = wire;
                break;
            case < 300:
                State = States.Accepted;
                Forget();
                LastResponse = null;
                Layer.Timers.Schedule(Deadline, Layer.TransactionTimeout); // Timer L
                break;
            default:
                State = States.Completed;
                Forget();
                LastResponse = wire;
                if (!Flow.IsReliable)
                {
                    _interval = Layer.T1;
                    Layer.Timers.Schedule(_retransmission, _interval); // Timer G
                }

                Layer.Timers.Schedule(Deadline, Layer.TransactionTimeout); // Timer H
                break;
        }

        return wire;
    }

    internal override void ReceiveRetransmission()
    {
        if (State is States.Proceeding or States.Completed)
            Repeat("response");
    }

    /// <summary>The ACK to a non-2xx; one to a 2xx has its own branch and goes to the dialog.</summary>
    internal void ReceiveAck()
    {
        if (State != States.Completed)
            return;
        State = States.Confirmed;
        LastResponse = null;
        Layer.Timers.Cancel(_retransmission);
        if (Flow.IsReliable)
            Terminate(); // Timer I is zero
        else
            Layer.Timers.Schedule(Deadline, Layer.T4); // Timer I
    }

    public override void OnTimer(SipTimer timer)
    {
        if (timer == _retransmission)
        {
            Repeat("response");
            _interval = TimeSpan.FromTicks(Math.Min(_interval.Ticks * 2, Layer.T2.Ticks));
            Layer.Timers.Schedule(_retransmission, _interval);
        }
        else if (State == States.Proceeding)
        {
            Respond(SipResponse.For(Request!, 100));
        }
        else
        {
            Terminate(); // Timer H, I or L
        }
    }

    private void Terminate()
    {
        State = States.Terminated;
        User = null;
        Layer.Timers.Cancel(_retransmission);
        Leave();
    }

    // What is over needs neither the request nor the session; only the key, to absorb what comes late.
    private void Forget()
    {
        Request = null;
        User = null;
    }
}
