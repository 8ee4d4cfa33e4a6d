namespace CallCluster.Media.Stun;

/// <summary>Attribute types (RFC 8489 section 18.3, RFC 8445 section 16.1). From 0x8000 on they may be ignored by who does not know them.</summary>
internal static class StunAttribute
{
    public const int Username = 0x0006;
    public const int MessageIntegrity = 0x0008;
    public const int ErrorCode = 0x0009;
    public const int UnknownAttributes = 0x000A;
    public const int MessageIntegritySha256 = 0x001C;
    public const int XorMappedAddress = 0x0020;
    public const int Priority = 0x0024;
    public const int UseCandidate = 0x0025;
    public const int Fingerprint = 0x8028;
    public const int IceControlled = 0x8029;
    public const int IceControlling = 0x802A;

    /// <summary>Whether a request with such an attribute must be refused with 420 (RFC 8489 section 6.3.1).</summary>
    public static bool IsUnknownRequired(int type) => type < 0x8000 && type is not (
        Username or MessageIntegrity or ErrorCode or UnknownAttributes or MessageIntegritySha256 or XorMappedAddress or Priority or UseCandidate);
}
