using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.Transactions;

/// <summary>What both server machines share (RFC 3261 §17.2): the request until it is answered, the way back, the last response.</summary>
internal abstract class ServerTransaction : ISipTimerOwner
{
    private protected ServerTransaction(TransactionLayer layer, SipRequest request, in ServerTransactionKey key, in SipFlow flow)
    {
        Layer = layer;
        Request = request;
        Key = key;
        Flow = flow;
        Deadline = new SipTimer(this);
    }

    internal ServerTransactionKey Key { get; }

    /// <summary>Set while the request is also in the table of merged requests.</summary>
    internal MergedRequestKey? MergedKey { get; set; }

    /// <summary>Where responses go (RFC 3261 §18.2.2, RFC 3581 §4).</summary>
    internal SipFlow Flow { get; }

    /// <summary>The request, dropped once the final response was made from it.</summary>
    internal SipRequest? Request { get; private protected set; }

    private protected TransactionLayer Layer { get; }

    private protected SipTimer Deadline { get; }

    private protected byte[]? LastResponse { get; set; }

    internal abstract bool IsTerminated { get; }

    internal abstract void Start();

    /// <summary>Sends a response and returns its bytes; after the final one nothing more, and null.</summary>
    internal abstract byte[]? Respond(SipResponse response);

    /// <summary>The request came again: answer with the last response, or stay silent.</summary>
    internal abstract void ReceiveRetransmission();

    public abstract void OnTimer(SipTimer timer);

    private protected byte[] Transmit(SipResponse response)
    {
        var wire = Layer.Sender.Serialize(response);
        SipMetrics.ResponseSent(response.StatusCode);
        Layer.Sources?.OnAnswered(Flow.Remote.Address, Key.Method, response.StatusCode);
        MessageSender.Send(Flow, wire);
        return wire;
    }

    private protected void Repeat(string label)
    {
        if (LastResponse is null)
            return;
        SipMetrics.Retransmitted(label);
        MessageSender.Send(Flow, LastResponse);
    }

    private protected void Leave()
    {
        LastResponse = null;
        Request = null;
        Layer.Timers.Cancel(Deadline);
        Layer.Remove(this);
    }
}
