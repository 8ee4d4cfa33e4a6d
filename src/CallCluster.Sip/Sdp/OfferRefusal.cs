namespace CallCluster.Sip.Sdp;

/// <summary>Why none of an offer's streams can be taken.</summary>
public enum OfferRefusal
{
    /// <summary>One can be.</summary>
    None,

    /// <summary>No audio over a transport, to an address and with a codec that we have.</summary>
    NoCommonCodec,

    /// <summary>Encryption is required, and the offer has no key that we can use.</summary>
    EncryptionRequired,

    /// <summary>The offer insists on an encryption that we may not or cannot do.</summary>
    NoCommonEncryption,

    /// <summary>The certificate of the handshake is told by a hash that proves nothing any more (RFC 8122 §5).</summary>
    WeakFingerprint,
}
