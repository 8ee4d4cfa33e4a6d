namespace CallCluster.Sip.UserAgents;

/// <summary>
/// Requests that belong to no session yet. Called under the endpoint's lock: must not block.
/// Syntax, method (405/501), scheme (416), merged requests (482), Require (420), Accept (406) and Content-Type (415) were checked before (RFC 3261 §8.2).
/// </summary>
public interface ISipEndpointHandler
{
    /// <summary>Asked before each new INVITE without Replaces becomes a transaction: not null refuses it statelessly with 503. Default: all are taken.</summary>
    NewCallRefusal? RefuseNewCall() => null;

    /// <summary>
    /// A new INVITE. Call <see cref="IncomingInvite.Open"/> (which sends nothing) or <see cref="IncomingInvite.Reject"/> before returning; answer the
    /// session now or later. 100 Trying leaves by itself after 200 ms. Neither: 480.
    /// </summary>
    void OnInvite(IncomingInvite invite);

    /// <summary>REGISTER, OPTIONS and other requests out of dialog; respond now or within 64*T1. Default: OPTIONS 200, others 405.</summary>
    void OnRequest(IncomingRequest request) => request.RespondUnhandled();

    /// <summary>
    /// A request in a dialog that this endpoint does not carry. May be answered later (within 64*T1): an edge asks the call's owner first. Default: 481.
    /// An ACK never comes here: it has no response.
    /// </summary>
    void OnUnknownDialog(IncomingRequest request) => request.Respond(481);
}
