namespace CallCluster.Edge.Admission;

/// <summary>Why an edge refuses an initial INVITE by itself: each has its own status, text, log line and metric label.</summary>
internal enum Refusal
{
    Draining,
    OverCapacity,
    Overloaded,
    NoTrunkMatched,

    /// <summary>The sender's certificate is verified, and no trunk's AllowCertificates has one of its names.</summary>
    CertificateOfNoTrunk,
    UnknownNumber,
    OutboundDenied,
    NoRoute,
    BadOffer,
    NoCommonCodec,
    SrtpRequired,
    NoCommonEncryption,
    WeakFingerprint,
    DuplicateCall,
    ClusterAway,
    NoMediaPort,
    ForgedPeer,
    BadReplaces,
    NoSuchDialog,
    DialogEnded,
    DialogAnswered,
    ReplacementNotAllowed,
}

/// <summary>What the peer is told.</summary>
internal static class RefusalAnswers
{
    /// <summary>Status and reason phrase for a refusal.</summary>
    public static (int Status, string Reason) Answer(this Refusal refusal) => refusal switch
    {
        Refusal.Draining => (503, "Draining"),
        Refusal.OverCapacity => (503, "At Capacity"),
        Refusal.Overloaded => (503, "Overloaded"),
        Refusal.NoTrunkMatched => (403, "No Trunk Matched"),
        Refusal.CertificateOfNoTrunk => (403, "Certificate Of No Trunk"),
        Refusal.UnknownNumber => (404, "Number Not Configured"),
        Refusal.OutboundDenied => (403, "Outbound Destination Not Allowed"),
        Refusal.NoRoute => (404, "No Outbound Route"),
        Refusal.BadOffer => (400, "Bad Session Description"),
        Refusal.NoCommonCodec => (488, "No Common Codec"),
        Refusal.SrtpRequired => (488, "SRTP Required"),
        Refusal.NoCommonEncryption => (488, "No Common Encryption"),
        Refusal.WeakFingerprint => (488, "Weak Certificate Fingerprint"),
        Refusal.DuplicateCall => (482, "Call Exists Already"),
        Refusal.ClusterAway => (503, "Cluster Not Reachable"),
        Refusal.ForgedPeer => (403, "Not An Edge Of This Cluster"),
        Refusal.BadReplaces => (400, "Bad Replaces"),
        Refusal.NoSuchDialog => (481, "No Such Dialog"),
        Refusal.DialogEnded => (603, "Dialog Has Ended"),
        Refusal.DialogAnswered => (486, "Dialog Was Answered"),
        Refusal.ReplacementNotAllowed => (403, "Replacement Not Allowed"),
        Refusal.NoMediaPort => (503, "No Media Port Free"),
        _ => (500, "Server Internal Error"),
    };

    /// <summary>Whether trying again later may help: such answers carry Retry-After.</summary>
    public static bool MayRetry(this Refusal refusal) => refusal.Answer().Status == 503;
}
