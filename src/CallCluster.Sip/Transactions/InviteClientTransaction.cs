using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.Transactions;

/// <summary>The INVITE client transaction (RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §7.2).</summary>
internal sealed class InviteClientTransaction : ClientTransaction
{
    private byte[]? _ack;

    internal InviteClientTransaction(TransactionLayer layer, SipRequest request, string branch, in SipFlow flow, IClientTransactionUser user)
        : base(layer, request, branch, flow, user)
    {
    }

    internal enum States
    {
        Calling,
        Proceeding,
        Completed,
        Accepted,
        Terminated,
    }

    internal States State { get; private set; }

    internal override bool IsTerminated => State == States.Terminated;

    internal override void Receive(SipResponse response)
    {
        switch (State)
        {
            case States.Calling or States.Proceeding when response.StatusCode < 200:
                if (State == States.Calling)
                {
                    State = States.Proceeding;
                    StopSending();
                }

                User.OnResponse(this, response);
                break;
            case States.Calling or States.Proceeding when response.StatusCode < 300:
                StopSending();
                State = States.Accepted;
                Layer.Timers.Schedule(Deadline, Layer.TransactionTimeout); // Timer M
                User.OnResponse(this, response);
                break;
            case States.Calling or States.Proceeding:
                StopSending();
                State = States.Completed;
                Acknowledge(response);
                if (Flow.IsReliable)
                {
                    User.OnResponse(this, response);
                    Finish(); // Timer D is zero
                }
                else
                {
                    Layer.Timers.Schedule(Deadline, Layer.TimerD);
                    User.OnResponse(this, response);
                }

                break;
            case States.Accepted when response.StatusCode is >= 200 and < 300:
                User.OnResponse(this, response);
                break;
            case States.Completed when response.StatusCode >= 300:
                SipMetrics.Retransmitted(SipMethods.Ack);
                MessageSender.Send(Flow, _ack!);
                break;
        }
    }

    /// <summary>
    /// Ends a transaction whose CANCEL got no final response within 64*T1 (RFC 3261 §9.1).
    /// </summary>
    internal void Abandon()
    {
        if (State is States.Calling or States.Proceeding)
            Fail(408);
    }

    public override void OnTimer(SipTimer timer)
    {
        if (timer == Retransmission)
        {
            Retransmit();
            Interval += Interval;
            Layer.Timers.Schedule(Retransmission, Interval);
            return;
        }

        if (State == States.Calling)
            Fail(408);
        else
            Finish();
    }

    internal override void OnTransportClosed()
    {
        // A 2xx may have been passed up already, and a non-2xx is acknowledged: only who still waits has failed.
        if (State is States.Calling or States.Proceeding)
            Fail(503);
    }

    private protected override void SetTerminated()
    {
        State = States.Terminated;
        _ack = null;
    }

    private void StopSending()
    {
        Layer.Timers.Cancel(Retransmission);
        Layer.Timers.Cancel(Deadline);
        Wire = null;
    }

    private void Acknowledge(SipResponse response)
    {
        _ack = Layer.Sender.Serialize(TransactionRequests.AckForFailure(Request, response));
        SipMetrics.RequestSent(SipMethods.Ack);
        MessageSender.Send(Flow, _ack);
    }
}
