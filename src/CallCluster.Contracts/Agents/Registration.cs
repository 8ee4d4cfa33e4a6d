namespace CallCluster.Contracts.Agents;

/// <summary>A REGISTER of an agent's phone, already authenticated by the edge.</summary>
[GenerateSerializer, Immutable, Alias("RegistrationRequest")]
public sealed record RegistrationRequest
{
    /// <summary>Call-ID and CSeq of the REGISTER: an out-of-order one of the same Call-ID changes nothing (RFC 3261 10.3 step 7).</summary>
    [Id(0)] public required string SipCallId { get; init; }
    [Id(1)] public required uint CSeq { get; init; }

    /// <summary>Contacts to bind, with their expiry; expiry zero removes. Empty: only ask.</summary>
    [Id(2)] public required ContactBinding[] Contacts { get; init; }

    /// <summary>Contact: * with Expires: 0.</summary>
    [Id(3)] public bool RemoveAll { get; init; }

    /// <summary>The digest nonce and nonce count that authenticated it: a count used before is refused (RFC 7616 5.12).</summary>
    [Id(4)] public string? Nonce { get; init; }
    [Id(5)] public uint NonceCount { get; init; }

    /// <summary>The edge that received it, through which a phone behind a connection is reached (PROTOCOL rule 7).</summary>
    [Id(6)] public required string EdgeId { get; init; }
}

/// <summary>One contact of a phone.</summary>
/// <param name="Uri">The Contact URI as registered.</param>
/// <param name="Target">Where requests are sent: the URI, with a Route header in it (RFC 3261 19.1.1) to the edge that holds the flow of a phone on a connection or behind a NAT.</param>
/// <param name="Expires">Remaining time.</param>
/// <param name="Instance">Which flow of which phone it is (+sip.instance and reg-id, RFC 5626 6): another contact of the same takes its place; null when the phone does not say.</param>
[GenerateSerializer, Immutable, Alias("ContactBinding")]
public sealed record ContactBinding([property: Id(0)] string Uri, [property: Id(1)] string Target, [property: Id(2)] TimeSpan Expires, [property: Id(3)] string? Instance = null);

/// <summary>The registrar's answer: all current bindings, or a refusal.</summary>
[GenerateSerializer, Immutable, Alias("RegistrationResult")]
public sealed record RegistrationResult([property: Id(0)] RegistrationStatus Status, [property: Id(1)] ContactBinding[] Bindings);

/// <summary>How a REGISTER went.</summary>
public enum RegistrationStatus
{
    Accepted,
    /// <summary>The nonce count was used before: challenge again.</summary>
    Replayed,
    /// <summary>CSeq not above the one stored for the same Call-ID: 500 (RFC 3261 10.3).</summary>
    OutOfOrder,
    /// <summary>More contacts than an agent may have.</summary>
    TooManyContacts,
}
