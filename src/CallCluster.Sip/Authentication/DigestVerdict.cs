namespace CallCluster.Sip.Authentication;

/// <summary>What a request's credentials are worth.</summary>
public enum DigestVerdict
{
    /// <summary>The user knows the password and the request is no replay.</summary>
    Accepted,

    /// <summary>No Digest credentials for our realm that we can read: challenge.</summary>
    NoCredentials,

    /// <summary>No such user, or a wrong password: challenge again, or refuse. The caller should not tell the two apart either.</summary>
    Refused,

    /// <summary>Right, but over an expired or unknown nonce: challenge with stale=true.</summary>
    Stale,

    /// <summary>Right, but used before: challenge with stale=true and count it.</summary>
    Replayed,

    /// <summary>Made for another request: answer 400 (RFC 7616 section 3.4.6).</summary>
    WrongUri,
}
