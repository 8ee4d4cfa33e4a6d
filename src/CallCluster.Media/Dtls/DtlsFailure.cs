namespace CallCluster.Media.Dtls;

/// <summary>Why a handshake made no keys. The names in lower case are the label of <c>callcluster_media_dtls_handshakes_total</c>.</summary>
public enum DtlsFailure
{
    /// <summary>None: it did.</summary>
    None,

    /// <summary>Not done in time.</summary>
    Timeout,

    /// <summary>The peer's certificate is not the one that signalling announced.</summary>
    Fingerprint,

    /// <summary>No SRTP protection profile in common.</summary>
    Profile,

    /// <summary>The peer refused by an alert.</summary>
    Alert,

    /// <summary>The peer broke the protocol, or has no cipher suite or version in common with us.</summary>
    Protocol,

    /// <summary>More handshakes at once than this process takes.</summary>
    Overload,
}

/// <summary>A sentence for each, fit for a log or a Reason header.</summary>
public static class DtlsFailureText
{
    /// <summary>What happened.</summary>
    public static string Sentence(this DtlsFailure failure) => failure switch
    {
        DtlsFailure.None => "DTLS handshake done",
        DtlsFailure.Timeout => "DTLS handshake timed out: UDP does not pass, or the peer does not speak DTLS",
        DtlsFailure.Fingerprint => "DTLS certificate differs from the fingerprint in SDP",
        DtlsFailure.Profile => "no SRTP protection profile in common",
        DtlsFailure.Alert => "the peer refused the DTLS handshake",
        DtlsFailure.Protocol => "DTLS handshake failed: nothing in common, or the protocol was broken",
        DtlsFailure.Overload => "too many DTLS handshakes at once",
        _ => "DTLS handshake failed",
    };
}
