using CallCluster.Edge.Admission;
using CallCluster.Edge.Legs;
using CallCluster.Edge.MessageWaiting;
using CallCluster.Edge.Registrar;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge;

/// <summary>Sends what reaches the edge outside of its calls to whom it concerns.</summary>
internal sealed class EdgeSipHandler(EdgeContext edge, CallAdmission admission, AgentRegistrar registrar, MailboxSubscriptions mailboxes, CapacityGate capacity) : ISipEndpointHandler
{
    // While it drains, all are refused for that, by admission.
    public NewCallRefusal? RefuseNewCall() => edge.Lease.Draining ? null : capacity.Refuse();

    public void OnInvite(IncomingInvite invite) => admission.Admit(invite);

    public void OnRequest(IncomingRequest request)
    {
        switch (request.Method)
        {
            case SipMethods.Register:
                registrar.Register(request);
                break;
            case SipMethods.Subscribe:
                mailboxes.Receive(request);
                break;
            case SipMethods.Refer:
                TransferTargets.Refuse(request, TransferRefusal.NotAnAgent);
                break;
            case SipMethods.Options when edge.Lease.Draining:
                request.Respond(503, "Draining", headers: [RetryAfter.Header(RetryAfter.Jittered())]);
                break;
            default:
                request.RespondUnhandled();
                break;
        }
    }
}
