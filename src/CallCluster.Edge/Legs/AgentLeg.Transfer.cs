using System.Net;
using System.Text;
using CallCluster.Contracts.Calls;
using CallCluster.Edge.Admission;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <content>Blind transfer by the agent's phone: REFER within the dialog (RFC 3515, RFC 5589 6), its progress by NOTIFY. Where to is for <see cref="TransferTargets"/> to allow.</content>
internal sealed partial class AgentLeg
{
    private const string SipFragment = "message/sipfrag;version=2.0";
    private IPAddress? _phone;
    private bool _transferAsked;
    private bool _tellsTransfer;
    private string _referEvent = "refer";

    protected override void OnRefer(IncomingRequest refer)
    {
        var target = Edge.Transfers.Check(refer, isFromPhone: refer.RemoteEndPoint.Address.Equals(_phone));
        if (target.Refusal is { } refusal)
        {
            TransferTargets.Refuse(refer, refusal);
            return;
        }

        Call.Post(() => AskForTransfer(refer, target.Destination!));
    }

    /// <summary>How the transfer went; nothing when none was asked for.</summary>
    public void TellTransfer(int status)
    {
        if (!_transferAsked) return;
        _transferAsked = false;
        Notify(status, "terminated;reason=noresource");
    }

    private void AskForTransfer(IncomingRequest refer, string destination)
    {
        if (State != LegState.Answered || _transferAsked)
        {
            refer.Respond(491);
            return;
        }

        _transferAsked = true;
        // RFC 4488: who wants no news gets none. RFC 3515 2.4.6: CSeq tells the news of one REFER from those of the next.
        _tellsTransfer = !string.Equals(refer.Request.GetHeader("Refer-Sub"), "false", StringComparison.OrdinalIgnoreCase);
        _referEvent = $"refer;id={refer.Request.CSeq.Number}";
        refer.Respond(202, headers: _tellsTransfer ? null : [("Refer-Sub", "false")]);
        Notify(100, "active;expires=60");
        Tell(new TransferAsked(Number, destination));
    }

    private void Notify(int status, string subscription)
    {
        if (!_tellsTransfer) return;
        var fragment = new SipBody(SipFragment, Encoding.ASCII.GetBytes($"SIP/2.0 {status} {new SipResponse(status).ReasonPhrase}\r\n"));
        Session!.SendRequest(SipMethods.Notify, fragment, headers: [(HeaderNames.Event, _referEvent), (HeaderNames.SubscriptionState, subscription)]);
    }
}
