namespace CallCluster.Sip.Authentication;

/// <summary>What <see cref="NonceCountWindow"/> says of one use of a nonce.</summary>
public enum NonceUse
{
    Fresh,

    /// <summary>This count was used before, or is too far behind to tell.</summary>
    Replayed,

    /// <summary>The nonce is too old to be remembered: ask for a new one, with stale=true.</summary>
    Expired,
}
