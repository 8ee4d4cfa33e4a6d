using System.Net;
using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <summary>
/// One session made by INVITE, as caller (UAC) or callee (UAS): RFC 3261 §13 to §15. Methods may be called from any thread; those that make no sense in the
/// current state do nothing (and say so by false), since the peer may always have been faster.
/// </summary>
public sealed partial class InviteSession
{
    private InviteSession() => throw new NotImplementedException();

    public InviteSessionState State { get; private set; }

    /// <summary>True when we sent the INVITE.</summary>
    public bool IsCaller { get; }

    public string CallId { get; } = "";

    public string LocalTag { get; } = "";

    /// <summary>The current dialog; null before a UAC's first response with a To tag.</summary>
    public Dialog? Dialog { get; private set; }

    /// <summary>Where the peer's last message came from, or ours goes to; null while a name is looked up.</summary>
    public IPEndPoint? RemoteEndPoint { get; private set; }

    /// <summary>The application's own; the stack does not touch it.</summary>
    public object? Context { get; set; }

    // UAS, before the answer

    /// <summary>Sends a provisional response (101-199) in an early dialog; repeated each minute until the next (§13.3.1.1).</summary>
    public bool Progress(int status, string? reason = null, SipBody? body = null, IReadOnlyList<(string Name, string Value)>? headers = null) => throw new NotImplementedException();

    /// <summary>Sends 200 with the answer (or the offer, when the INVITE had none), again and again until the ACK comes (§13.3.1.4).</summary>
    public bool Accept(SipBody? body, IReadOnlyList<(string Name, string Value)>? headers = null) => throw new NotImplementedException();

    /// <summary>Refuses with 300-699.</summary>
    public bool Reject(int status, string? reason = null, IReadOnlyList<(string Name, string Value)>? headers = null) => throw new NotImplementedException();

    // UAC, before the answer

    /// <summary>Cancels the INVITE (§9.1), as soon as that is allowed; a 200 that crosses it gets ACK and BYE.</summary>
    /// <param name="reason">Value of Reason (RFC 3326), e.g. <c>SIP;cause=200;text="Call completed elsewhere"</c>.</param>
    public bool Cancel(string? reason = null) => throw new NotImplementedException();

    // Both

    /// <summary>Ends a confirmed session; before the ACK of our 200 came, the BYE waits for it (§15).</summary>
    public bool Bye(string? reason = null) => throw new NotImplementedException();

    /// <summary>Does what ends the session in its state: reject, cancel or BYE.</summary>
    /// <param name="status">For a UAS that has not answered; default 603.</param>
    public bool HangUp(int? status = null, string? reason = null) => throw new NotImplementedException();

    /// <summary>Sends a re-INVITE (§14.1); 491 is retried by itself. False when another offer is under way or the session is not confirmed.</summary>
    /// <param name="body">The offer; null asks the peer for one.</param>
    public bool Reinvite(SipBody? body, IReadOnlyList<(string Name, string Value)>? headers = null) => throw new NotImplementedException();

    /// <summary>Sends UPDATE (RFC 3311) in a confirmed or early dialog.</summary>
    public bool Update(SipBody? body, IReadOnlyList<(string Name, string Value)>? headers = null) => throw new NotImplementedException();

    /// <summary>Answers the pending re-INVITE or UPDATE with 200. False when it was cancelled meanwhile.</summary>
    public bool AcceptOffer(SipBody? body, IReadOnlyList<(string Name, string Value)>? headers = null) => throw new NotImplementedException();

    /// <summary>Refuses the pending re-INVITE or UPDATE; the session stays as it was.</summary>
    public bool RejectOffer(int status, string? reason = null, IReadOnlyList<(string Name, string Value)>? headers = null) => throw new NotImplementedException();

    /// <summary>Sends INFO.</summary>
    public bool Info(SipBody? body, Action<int, SipResponse?>? completed = null, IReadOnlyList<(string Name, string Value)>? headers = null) => throw new NotImplementedException();

    /// <summary>Sends another request in the dialog (OPTIONS, REFER, NOTIFY, MESSAGE …).</summary>
    /// <param name="completed">Gets the final status (408 time-out, 503 transport failure, then without response).</param>
    public bool SendRequest(string method, SipBody? body = null, Action<int, SipResponse?>? completed = null, IReadOnlyList<(string Name, string Value)>? headers = null) => throw new NotImplementedException();

    internal static InviteSession ForServer(SipEndpoint endpoint, IInviteSessionHandler handler, IncomingInvite invite, SipFlow source, string localTag, string? contactUser) => throw new NotImplementedException();
}
