using System.Net;
using CallCluster.Contracts.Calls;
using CallCluster.Edge.Admission;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <content>
/// Another dialog in the place of the leg's: the leg, its number and its RTP stream stay, so whatever goes on with them goes on (bridge, music, recording). Either the new dialog
/// comes to us, an INVITE with Replaces (RFC 3891), or we begin it (<see cref="Successor"/>) because the agent on the leg asked for it (RFC 5589 7).
/// </content>
internal abstract partial class Leg
{
    private Successor? _successor;

    // Written in the mailbox, read by admission under the endpoint's lock as well.
    private volatile string? _replacedBy;

    /// <summary>The agent who is at the leg's other end; null when there is none (any more).</summary>
    public string? Agent => _replacedBy is null ? OwnAgent : null;

    /// <summary>The trunk that the leg's other end is behind; null for an agent's phone.</summary>
    public string? Trunk => _replacedBy is null ? OwnTrunk : null;

    protected virtual string? OwnAgent => null;

    protected virtual string? OwnTrunk => null;

    /// <summary>The agent hears a conversation that is not theirs.</summary>
    protected virtual bool IsSupervisor => false;

    /// <summary>Where the party's dialog was answered, or began, from: what else claims to be from it must come from there.</summary>
    protected IPAddress? PartyAddress { get; set; }

    /// <summary>
    /// Whether this sender may take the leg over: who is on it already, by another dialog, or another edge that serves the agent who is on it. A supervisor cannot let another call
    /// listen: what they hear is not theirs to give away.
    /// </summary>
    public bool MayBeReplacedBy(Sender sender) => (sender.PeerCall is null || !IsSupervisor) && (sender.Agent is { } agent ? agent == Agent : sender.Trunk is { } trunk && trunk == Trunk);

    /// <summary>Takes an INVITE that names this leg's dialog and may replace it. Under the endpoint's lock.</summary>
    /// <param name="invite">The INVITE.</param>
    /// <param name="named">The dialog that it names.</param>
    /// <param name="offer">Its session description; null for a late offer.</param>
    /// <param name="capabilities">What media the sender may have.</param>
    /// <param name="sender">Who sends it.</param>
    public void ReplaceBy(IncomingInvite invite, InviteSession named, SessionDescription? offer, MediaCapabilities capabilities, Sender sender)
    {
        var tag = Edge.Names.Tag(Call.Id, Number);
        var session = invite.Open(this, tag, tag);
        var from = invite.RemoteEndPoint.Address;
        Call.Post(() => Accept(session, named, offer, capabilities, sender, from));
    }

    private void Accept(InviteSession session, InviteSession named, SessionDescription? offer, MediaCapabilities capabilities, Sender sender, IPAddress from)
    {
        // Since admission looked, the leg may have been hung up, or been replaced by somebody else.
        if (State == LegState.Ended || Media is null || _isHungUp || Session != named || (named.State == InviteSessionState.Terminated && !IsKept) || !MayBeReplacedBy(sender))
        {
            session.Reject(603);
            return;
        }

        var exchange = NewExchange(SpokenFirst(capabilities));
        var answer = offer is null ? null : exchange.AnswerOffer(offer);
        if (offer is not null && answer is null)
        {
            session.Reject(488);
            return;
        }

        if (!session.Accept((answer?.Description ?? exchange.CreateOffer()).ToBody())) return; // cancelled meanwhile
        AwaitsAnswer = answer is null;
        Replace(session, exchange, answer?.Media, sender.PeerCall is { } call ? $"call:{call}" : null, from);
    }

    /// <summary>The new dialog is the leg's from here on, and the old one ends.</summary>
    private void Replace(InviteSession session, OfferAnswerSession exchange, NegotiatedMedia? media, string? by, IPAddress? from)
    {
        var old = Session;
        AbandonRefer(); // whom it was sent to is not there any more
        if (_successor is { } own) own.PredecessorEnd = null; // the leg goes on, whatever its party did
        AbandonReplacement(); // nor whoever asked for that
        Forget();
        Session = session;
        Exchange = exchange;
        PartyAddress = from;
        if (by is not null) _replacedBy = by;
        if (media is not null) Configure(media);
        EdgeMetrics.LegsReplaced.Add(1, new KeyValuePair<string, object?>("by", by is null ? "party" : "call"));
        Tell(new LegReplaced(Number, by));
        if (State != LegState.Answered)
        {
            State = LegState.Answered;
            Tell(new LegAnswered(Number));
        }

        old?.HangUp(reason: ReasonHeader.CompletedElsewhere);
    }

    /// <summary>What the other leg speaks need not be transcoded.</summary>
    private MediaCapabilities SpokenFirst(MediaCapabilities capabilities)
    {
        var spoken = _bridgedTo is { } other ? Call.Find(other)?.Codec : Codec;
        return capabilities with { Codecs = [.. capabilities.Codecs.OrderBy(codec => codec == spoken ? 0 : 1)] };
    }

    /// <summary>Begins the dialog that the agent asked for; <see cref="ReplaceLeg"/>.</summary>
    public void BeginReplacement()
    {
        if (_successor is { IsBegun: false } successor)
        {
            successor.IsBegun = true;
            _ = Locate(successor);
        }
    }

    private async Task Locate(Successor successor)
    {
        var target = successor.Replaces is null ? Edge.Sip.UriFor(successor.To) : await Edge.Locator.Find(successor.CallId!, successor.Replaces.Dialog.LocalTag).ConfigureAwait(false);
        Call.Post(() =>
        {
            if (_successor != successor) return;
            if (target is null || State != LegState.Answered || Media is null) FailReplacement(target is null ? 404 : 480);
            else Invite(successor, target);
        });
    }

    private void Invite(Successor successor, Sip.Uris.SipUri target)
    {
        var tag = Edge.Names.Tag(Call.Id, Number);
        var exchange = successor.Exchange = NewExchange(SpokenFirst(Edge.MediaOfPeers));
        successor.Session = Edge.Sip.Invite(successor.MakeRequest(Edge, target, Other(), tag, exchange.CreateOffer().ToBody()), this);
    }

    /// <summary>Who is at the other end of the call, for the new party to see.</summary>
    private NameAddress Other() => Number == 0
        ? new NameAddress(Edge.UriOf(Call.Offer.Dialled))
        : new NameAddress(Edge.UriOf(Call.Offer.Caller), Call.Offer.CallerName);

    private void OnSuccessorAccepted(InviteSession session, ReadOnlyMemory<byte> answer)
    {
        if (_successor is not { } successor || successor.Session != session) return;
        if (SdpParser.Parse(answer.Span).Description is not { } description || successor.Exchange!.AcceptAnswer(description) is not { } media)
        {
            FailReplacement(488);
            return;
        }

        _successor = null;
        TellTransfer(200);
        Replace(session, successor.Exchange, media, successor.By, session.RemoteEndPoint?.Address);
    }

    private void OnSuccessorEnded(InviteSession session, int? status)
    {
        if (_successor is { } successor && successor.Session == session) FailReplacement(status ?? 408);
    }

    /// <summary>The agent still has the call, or has left it alone meanwhile.</summary>
    private void FailReplacement(int status) => EndReplacement(Math.Max(status, 300));

    private void EndReplacement(int status)
    {
        if (_successor is not { } successor) return;
        _successor = null;
        successor.Session?.HangUp(); // whatever becomes of it, it is nobody's dialog any more
        successor.LetGo(Edge);
        TellTransfer(status);
        if (successor.PredecessorEnd is var (cause, ended, text)) End(cause, ended, text);
    }

    /// <summary>Many phones hang up as soon as their REFER is accepted: the leg then waits for what comes of it.</summary>
    private bool WaitsForSuccessor(LegEndCause cause, int? status, string? text)
    {
        if (_successor is not { } successor || cause != LegEndCause.RemoteHangup) return false;
        successor.PredecessorEnd = (cause, status, text);
        return true;
    }

    private void AbandonReplacement() => FailReplacement(487);
}
