using CallCluster.Sip.UserAgents;

namespace CallCluster.Phone;

/// <summary>How a call ended.</summary>
/// <param name="Cause">Who ended it, or what went wrong.</param>
/// <param name="Status">The SIP status that refused it (408: no answer to our INVITE; 503: it could not be sent); null when it was answered or cancelled.</param>
/// <param name="Reason">The status' phrase or the Reason header of the BYE or CANCEL (RFC 3326), when there was one.</param>
public sealed record PhoneCallEnd(SessionEndCause Cause, int? Status = null, string? Reason = null)
{
    public override string ToString() => (Status, Reason) switch
    {
        (null, null) => $"{Cause}",
        (null, _) => $"{Cause} ({Reason})",
        (_, null) => $"{Cause} ({Status})",
        _ => $"{Cause} ({Status} {Reason})",
    };
}
