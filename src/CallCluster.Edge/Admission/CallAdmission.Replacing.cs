using CallCluster.Edge.Legs;
using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Admission;

/// <content>An INVITE that shall take the place of a dialog (RFC 3891): whose, and by whom.</content>
internal sealed partial class CallAdmission
{
    private void Replace(IncomingInvite invite, Sender sender)
    {
        // RFC 3891 3: more than one, or Join (RFC 3911) beside it.
        if (invite.Request.GetHeaders(HeaderNames.Replaces) is not [var value] || !ReplacesHeader.TryParse(value, out var replaces) || invite.Request.Headers.Contains("Join"))
        {
            Refuse(invite, Refusal.BadReplaces);
            return;
        }

        var session = edge.Sip.FindSession(replaces.Dialog);
        if (session is null && edge.Names.TryRead(replaces.Dialog.LocalTag, out var callId, out _) && edge.Calls.Find(callId) is null)
        {
            _ = Redirect(invite.Open(Redirected.Instance), callId, replaces.Dialog.LocalTag);
            return;
        }

        var media = MediaFor(invite, sender);
        if (Problem(session, replaces, sender) is { } refusal) Refuse(invite, refusal);
        else if (!TryReadOffer(invite.Request, media, out var offer, out refusal)) Refuse(invite, refusal);
        else ((Leg)session!.Handler).ReplaceBy(invite, session, offer, media, sender);
    }

    private static Refusal? Problem(InviteSession? session, ReplacesHeader replaces, Sender sender) => session switch
    {
        null => Refusal.NoSuchDialog,
        // Its agent hangs up, and has left it to the call that another edge sends this for.
        { State: InviteSessionState.Terminated } when sender.PeerCall is null || session.Handler is not Leg { IsKept: true } => Refusal.DialogEnded,
        { Handler: Leg leg } when !leg.MayBeReplacedBy(sender) => Refusal.ReplacementNotAllowed,
        { State: InviteSessionState.Accepted or InviteSessionState.Confirmed or InviteSessionState.Terminated } => replaces.EarlyOnly ? Refusal.DialogAnswered : null,
        // Only who called it can take a ringing phone out of a call.
        { IsCaller: false } or { Handler: not Leg } => Refusal.NoSuchDialog,
        // Another edge joins those who talk; an agent's phone that rings has nobody to be joined with.
        _ when sender.PeerCall is not null => Refusal.NoSuchDialog,
        _ => null,
    };

    /// <summary>The dialog may live at another edge: whoever may replace it finds it there.</summary>
    private async Task Redirect(InviteSession session, string callId, string tag)
    {
        if (await edge.Locator.Find(callId, tag).ConfigureAwait(false) is { } uri)
        {
            EdgeMetrics.CallsRedirected.Add(1);
            session.Reject(302, headers: [(HeaderNames.Contact, $"<{uri}>")]);
            return;
        }

        EdgeMetrics.CallsRefused.Add(1, new KeyValuePair<string, object?>("reason", nameof(Refusal.NoSuchDialog)));
        var (status, reason) = Refusal.NoSuchDialog.Answer();
        session.Reject(status, reason);
    }

    /// <summary>Nothing more is to be known of it.</summary>
    private sealed class Redirected : IInviteSessionHandler
    {
        public static readonly Redirected Instance = new();

        public void OnEnded(InviteSession session, SessionEndCause cause, SipMessage? message)
        {
        }
    }
}
