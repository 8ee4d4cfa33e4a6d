using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.UserAgents;

/// <summary>What <see cref="SipEndpoint.Invite"/> sends.</summary>
public sealed record InviteRequest
{
    /// <summary>Request-URI, and To unless <see cref="To"/> is given.</summary>
    public required SipUri Target { get; init; }

    /// <summary>The caller, without tag.</summary>
    public required NameAddress From { get; init; }

    public NameAddress? To { get; init; }

    /// <summary>Null generates one.</summary>
    public string? CallId { get; init; }

    /// <summary>From tag; null generates one. An edge puts call and leg id with a MAC here.</summary>
    public string? LocalTag { get; init; }

    /// <summary>User part of Contact; null takes the user of From.</summary>
    public string? ContactUser { get; init; }

    /// <summary>Further headers, in order.</summary>
    public IReadOnlyList<(string Name, string Value)>? Headers { get; init; }

    /// <summary>The offer; null asks the peer for one (late offer).</summary>
    public SipBody? Body { get; init; }

    /// <summary>Pre-loaded route set (outbound proxy first); loose routers only.</summary>
    public IReadOnlyList<SipUri> Route { get; init; } = [];

    /// <summary>Where to send it in truth, when it is neither the first route nor the target (e.g. the address a phone registered from).</summary>
    public SipUri? NextHop { get; init; }

    /// <summary>How long the peer may be silent before the INVITE fails with 408; null: 64*T1. A peer that answers after that is cancelled or hung up.</summary>
    public TimeSpan? GiveUpAfter { get; init; }

    /// <summary>
    /// Whether and how a contact of a 300, 301 or 302 is called instead (RFC 3261 §8.1.3.4): gives the INVITE to send, or null. Asked under the endpoint's lock, for one contact at a time, the
    /// best first. Null: a redirection is a refusal.
    /// </summary>
    public Func<RedirectContact, InviteRequest?>? Redirect { get; init; }

    /// <summary>
    /// Answers 401 and 407 to this INVITE, and to later requests of its dialog while they go to the same address; nobody else ever sees them.
    /// </summary>
    public DigestClient? Credentials { get; init; }
}
