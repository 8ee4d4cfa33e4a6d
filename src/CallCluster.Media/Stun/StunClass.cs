namespace CallCluster.Media.Stun;

/// <summary>What kind of message it is (RFC 8489 section 5): the bits C1 and C0 of the message type.</summary>
internal enum StunClass
{
    Request,
    Indication,
    Success,
    Error,
}
