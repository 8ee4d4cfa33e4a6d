namespace CallCluster.Sip.Sdp.Encryption;

/// <summary>Whether a stream's media is encrypted. What was encrypted once in a dialog stays so under each of them.</summary>
public enum EncryptionPolicy
{
    /// <summary>Plain RTP is offered and accepted, nothing else.</summary>
    Off,

    /// <summary>
    /// Offers <c>RTP/AVP</c> with keys (RFC 8643), which a peer may answer with or without; takes what the peer offers, keys before none. Whoever can change the signalling can take the
    /// keys out: it protects against those who only listen.
    /// </summary>
    Optional,

    /// <summary>Encrypted or not at all.</summary>
    Required,

    /// <summary>Encrypted with keys from a handshake (RFC 5763), or not at all: nobody who reads the signalling has the keys. Needs <see cref="MediaCapabilities.Fingerprint"/>.</summary>
    Handshake,
}
