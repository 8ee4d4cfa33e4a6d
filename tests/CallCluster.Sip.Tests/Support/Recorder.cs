using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.Support;

/// <summary>An application that writes down what it is told, and does what the test asks in each place.</summary>
internal sealed class Recorder : ISipEndpointHandler, IInviteSessionHandler
{
    /// <summary>One word per callback, in order.</summary>
    public List<string> Events { get; } = [];

    public List<InviteSession> Sessions { get; } = [];

    public List<IncomingRequest> Requests { get; } = [];

    public Action<InviteSession> Offered { get; set; } = session => session.Accept(SipBody.Sdp("answer"));

    public Action<IncomingRequest> Requested { get; set; } = request => request.RespondUnhandled();

    public Action<IncomingRequest> Unknown { get; set; } = request => request.Respond(481);

    public Func<InviteSession, SipBody?> Accepted { get; set; } = _ => null;

    public Action<InviteSession> Reinvited { get; set; } = session => session.AcceptOffer(SipBody.Sdp("re-answer"));

    public Action<InviteSession> Confirmed { get; set; } = _ => { };

    public Action<InviteSession> Ended { get; set; } = _ => { };

    public Action<InviteSession> RefreshDue { get; set; } = _ => { };

    public InviteSession Session => Sessions[^1];

    public IncomingInvite? LastInvite { get; private set; }

    public string LastBody { get; private set; } = "";

    public void OnInvite(IncomingInvite invite)
    {
        Events.Add("invite");
        LastInvite = invite;
        LastBody = Text(invite.Request);
        var session = invite.Open(this);
        Sessions.Add(session);
        Offered(session);
    }

    public void OnRequest(IncomingRequest request)
    {
        Events.Add(request.Method);
        Requests.Add(request);
        Requested(request);
    }

    public void OnUnknownDialog(IncomingRequest request)
    {
        Events.Add("unknown");
        Requests.Add(request);
        Unknown(request);
    }

    public void OnProgress(InviteSession session, SipResponse response) => Events.Add($"progress {response.StatusCode}");

    public SipBody? OnAccepted(InviteSession session, SipResponse response)
    {
        Events.Add("accepted");
        LastBody = Text(response);
        return Accepted(session);
    }

    public void OnRejected(InviteSession session, int status, SipResponse? response) => Events.Add($"rejected {status}");

    public void OnConfirmed(InviteSession session, SipRequest ack)
    {
        Events.Add("confirmed");
        LastBody = Text(ack);
        Confirmed(session);
    }

    public void OnCancelled(InviteSession session, SipRequest cancel) => Events.Add("cancelled");

    public void OnEnded(InviteSession session, SessionEndCause cause, SipMessage? message)
    {
        Events.Add($"ended {cause}");
        Ended(session);
    }

    public void OnReinvite(InviteSession session, SipRequest request)
    {
        Events.Add("reinvite");
        LastBody = Text(request);
        Reinvited(session);
    }

    public void OnReinviteConfirmed(InviteSession session, SipRequest ack)
    {
        Events.Add("reinvite confirmed");
        LastBody = Text(ack);
    }

    public void OnUpdate(InviteSession session, SipRequest request)
    {
        Events.Add("update");
        LastBody = Text(request);
        Reinvited(session);
    }

    public SipBody? OnOfferAnswered(InviteSession session, int status, SipResponse? response)
    {
        Events.Add($"offer {status}");
        LastBody = response is null ? "" : Text(response);
        return Accepted(session);
    }

    public void OnRefreshDue(InviteSession session)
    {
        Events.Add("refresh due");
        RefreshDue(session);
    }

    public void OnInfo(InviteSession session, IncomingRequest request)
    {
        Events.Add("info");
        request.Respond(200);
    }

    private static string Text(SipMessage message) => Encoding.ASCII.GetString(message.Body.Span);
}
