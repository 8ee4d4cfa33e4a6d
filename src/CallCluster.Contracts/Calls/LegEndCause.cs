namespace CallCluster.Contracts.Calls;

/// <summary>Why a leg ended.</summary>
public enum LegEndCause
{
    /// <summary>The remote party sent BYE.</summary>
    RemoteHangup,
    /// <summary>The caller sent CANCEL before the answer.</summary>
    Cancelled,
    /// <summary>The CallGrain asked for it.</summary>
    LocalHangup,
    /// <summary>486, 600: the called party is busy.</summary>
    Busy,
    /// <summary>The called party refused (603, 403 and other 4xx/6xx).</summary>
    Rejected,
    /// <summary>408, 480 or no final answer in time.</summary>
    NoAnswer,
    /// <summary>A 5xx, a transport error or an impossible offer/answer.</summary>
    Failed,
    /// <summary>The edge that carried the leg died or forgot it.</summary>
    EdgeLost,
}
