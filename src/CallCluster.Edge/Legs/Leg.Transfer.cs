using CallCluster.Contracts.Calls;
using CallCluster.Edge.Admission;
using CallCluster.Sip.Bodies;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <content>
/// Transfer by the agent's phone: REFER within the dialog (RFC 3515, RFC 5589 6 and 7), its progress by NOTIFY. Where to is for <see cref="TransferTargets"/> to allow. The caller is moved by
/// the CallGrain; what the agent's leg only has to be left to, another dialog of the agent's or whatever an agent who is the caller asks for, becomes its <see cref="Successor"/>.
/// </content>
internal abstract partial class Leg
{
    private static readonly TimeSpan SuccessorPatience = TimeSpan.FromSeconds(60);
    private InviteSession? _referredIn;
    private bool _tellsTransfer;
    private string _referEvent = "refer";

    /// <summary>How the transfer went; nothing when none was asked for.</summary>
    public void TellTransfer(int status)
    {
        if (_referredIn is null) return;
        Notify(status, "terminated;reason=noresource");
        _referredIn = null;
    }

    /// <summary>The CallGrain will not have it, or the CallGrain's transfer has come to its end.</summary>
    public void OnTransferTold(int status)
    {
        if (_successor is null) TellTransfer(status);
        else if (status < 300) EndReplacement(status); // the trunk has joined the two
        else FailReplacement(status);
    }

    /// <summary>The peer asks for a transfer. Under the endpoint's lock. Only agents may.</summary>
    private void OnRefer(InviteSession session, IncomingRequest refer)
    {
        if (Agent is not { } agent)
        {
            TransferTargets.Refuse(refer, TransferRefusal.NotAnAgent);
            return;
        }

        var target = Edge.Transfers.Check(refer, isFromPhone: refer.RemoteEndPoint.Address.Equals(PartyAddress));
        if ((target.Refusal ?? (target.CallId == Call.Id ? TransferRefusal.ForeignDialog : null)) is { } refusal) TransferTargets.Refuse(refer, refusal);
        else Call.Post(() => AskForTransfer(session, refer, agent, target));
    }

    private void AskForTransfer(InviteSession session, IncomingRequest refer, string agent, TransferTarget target)
    {
        if (State != LegState.Answered || _referredIn is not null || session != Session)
        {
            refer.Respond(491);
            return;
        }

        _referredIn = session;
        // RFC 4488: who wants no news gets none. RFC 3515 2.4.6: CSeq tells the news of one REFER from those of the next.
        _tellsTransfer = !string.Equals(refer.Request.GetHeader("Refer-Sub"), "false", StringComparison.OrdinalIgnoreCase);
        _referEvent = $"refer;id={refer.Request.CSeq.Number}";
        if (target.Replaces is null && Number != 0)
        {
            Accept(refer);
            Tell(new TransferAsked(Number, target.Destination!));
            return;
        }

        var successor = _successor = new Successor(agent, target.Destination ?? "", target.Replaces) { CallId = target.CallId, Leg = target.Leg };
        PostAfter(SuccessorPatience, () =>
        {
            if (_successor == successor) AbandonReplacement();
        });
        successor.Announce(Edge, consulted => Call.Post(() =>
        {
            if (_successor != successor)
            {
                refer.Respond(480); // over already
                successor.LetGo(Edge); // asked for again, it may be, after that was told
                return;
            }

            Accept(refer);
            // The trunk of a caller may be able to join the two itself.
            if (Number != 0) successor.Consulted = consulted;
            successor.IsAnnounced = true;
            TellOfSuccessor();
        }));
    }

    private void Accept(IncomingRequest refer)
    {
        refer.Respond(202, headers: _tellsTransfer ? null : [("Refer-Sub", "false")]);
        Notify(100, "active;expires=60");
    }

    /// <summary>Again, when another activation of the CallGrain may not know of it.</summary>
    public void TellOfSuccessor()
    {
        if (_successor is { IsAnnounced: true, IsBegun: false } successor) Tell(new ReplacementAsked(Number, successor.By) { Trunk = successor.Consulted?.Trunk });
    }

    private void Notify(int status, string subscription)
    {
        if (!_tellsTransfer) return;
        _referredIn!.SendRequest(SipMethods.Notify, SipFragment.Write(status), headers: [(HeaderNames.Event, _referEvent), (HeaderNames.SubscriptionState, subscription)]);
    }
}
