using CallCluster.Sip.Authentication;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Registrations;

/// <summary>What a <see cref="RegistrationClient"/> binds where.</summary>
public sealed class RegistrationOptions
{
    /// <summary>Request-URI and next hop: the registrar, without user.</summary>
    public required SipUri Registrar { get; init; }

    /// <summary>The address of record.</summary>
    public required SipUri Address { get; init; }

    /// <summary>User part of our Contact.</summary>
    public required string ContactUser { get; init; }

    /// <summary>Credentials for one request, asked for anew each time, so that a changed password is taken.</summary>
    public Func<DigestClient?> Credentials { get; init; } = () => null;

    /// <summary>What we ask for; a registrar may shorten it, and lengthen it by 423 (RFC 3261 §10.2.8).</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromMinutes(10);
}
