using CallCluster.Sip.Uris;

namespace CallCluster.Phone;

/// <summary>How one call is placed, where it differs from the phone's habit.</summary>
public sealed record CallOptions
{
    /// <summary>User part of From: a carrier's phone speaks for many callers. Null is the phone's own.</summary>
    public string? From { get; init; }

    /// <summary>Display name of From; null is the phone's own.</summary>
    public string? DisplayName { get; init; }

    /// <summary>URI for To when it is not the target.</summary>
    public string? To { get; init; }

    /// <summary>Sends the INVITE without offer, so that the callee makes one (RFC 3261 §13.2.1).</summary>
    public bool LateOffer { get; init; }

    /// <summary>A proxy that the call goes through, as pre-loaded route.</summary>
    public SipUri? Proxy { get; init; }

    /// <summary>Further headers of the INVITE.</summary>
    public IReadOnlyList<(string Name, string Value)>? Headers { get; init; }
}
