using System.Security.Cryptography;
using CallCluster.Contracts.Calls;
using CallCluster.Edge.Calls;
using CallCluster.Edge.Naming;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.UserAgents;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Legs;

/// <summary>The dialog that shall take the place of an agent's, from the REFER that asks for it to its answer: to another call of the agent's in this cluster, or to a new one.</summary>
/// <param name="agent">The agent who is served, and in whose name it may be done.</param>
/// <param name="to">A destination; with <paramref name="replaces"/> the call that it names.</param>
/// <param name="replaces">The dialog of that call whose place is taken; null begins a call.</param>
internal sealed class Successor(string agent, string to, ReplacesHeader? replaces)
{
    public string Agent => agent;

    public string To => to;

    public ReplacesHeader? Replaces => replaces;

    /// <summary>The call that <see cref="Replaces"/> names.</summary>
    public string? CallId { get; init; }

    /// <summary>The leg whose dialog <see cref="Replaces"/> names.</summary>
    public int Leg { get; init; }

    /// <summary>Who will be there, as the CallGrain is told.</summary>
    public string By => CallId is null ? to : $"call:{CallId}";

    /// <summary>Who is at the other end of that call, when this edge carries it and a trunk is there.</summary>
    public ConsultedParty? Consulted { get; set; }

    /// <summary>The other call knows of it, and the CallGrain is told.</summary>
    public bool IsAnnounced { get; set; }

    public bool IsBegun { get; set; }

    public InviteSession? Session { get; set; }

    public OfferAnswerSession? Exchange { get; set; }

    /// <summary>How the agent's own dialog ended before this one was answered; null while it has not.</summary>
    public (LegEndCause Cause, int? Status, string? Text)? PredecessorEnd { get; set; }

    /// <summary>
    /// Tells the call whose dialog is to be replaced, before the agent's REFER is accepted: the phone may hang up there at once. What <paramref name="told"/> gets is with whom the agent talks there.
    /// </summary>
    public void Announce(EdgeContext edge, Action<ConsultedParty?> told)
    {
        if (replaces is not { EarlyOnly: false } named) told(null);
        else if (edge.Calls.Find(CallId!) is { } other)
        {
            // That call's legs are its own mailbox's.
            other.Post(() =>
            {
                KeptIn(other)?.Keep();
                told(other.ConsultedBy(agent, named.Dialog));
            });
        }
        else _ = AnnounceElsewhere();

        async Task AnnounceElsewhere()
        {
            await edge.Locator.Keep(CallId!, Leg, agent, keep: true).ConfigureAwait(false);
            told(null);
        }
    }

    /// <summary>Nobody will take that dialog's place.</summary>
    public void LetGo(EdgeContext edge)
    {
        if (CallId is null) return;
        if (edge.Calls.Find(CallId) is { } other) other.Post(() => KeptIn(other)?.Release());
        else _ = edge.Locator.Keep(CallId, Leg, agent, keep: false);
    }

    private Leg? KeptIn(EdgeCall other) => other.Find(Leg) is { } leg && leg.Agent == agent ? leg : null;

    /// <summary>The INVITE to the edge that takes it.</summary>
    /// <param name="edge">This edge.</param>
    /// <param name="target">The edge that takes it, and what is called there.</param>
    /// <param name="from">Who shall be seen to call.</param>
    /// <param name="tag">The leg's tag.</param>
    /// <param name="offer">The session description.</param>
    public InviteRequest MakeRequest(EdgeContext edge, SipUri target, NameAddress from, string tag, SipBody offer)
    {
        var callId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        List<(string Name, string Value)> headers =
        [
            (PeerTokens.Header, edge.PeerTokens.Make(agent, callId, tag, replaces?.ToString() ?? target.User, target)),
            (HeaderNames.ReferredBy, $"<{edge.UriOf(agent)}>"),
        ];
        if (replaces is not null) headers.AddRange([(HeaderNames.Replaces, replaces.ToString()), (HeaderNames.Require, ReplacesHeader.OptionTag)]);
        return new InviteRequest { Target = target, From = from, CallId = callId, LocalTag = tag, ContactUser = tag, Headers = headers, Body = offer, GiveUpAfter = edge.PeerPatience };
    }
}
