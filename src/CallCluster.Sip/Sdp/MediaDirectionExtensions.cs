namespace CallCluster.Sip.Sdp;

/// <summary>Reads and turns <see cref="MediaDirection"/>.</summary>
public static class MediaDirectionExtensions
{
    public static bool CanSend(this MediaDirection direction) => (direction & MediaDirection.SendOnly) != 0;

    /// <summary>The same flow seen from the other side: sendonly becomes recvonly (RFC 3264 §6.1).</summary>
    public static MediaDirection Reversed(this MediaDirection direction) =>
        (MediaDirection)((((int)direction & 1) << 1) | (((int)direction & 2) >> 1));

    /// <summary>The attribute's name: sendrecv, sendonly, recvonly or inactive (RFC 8866 §6.7).</summary>
    public static string AttributeName(this MediaDirection direction) => direction switch
    {
        MediaDirection.SendRecv => "sendrecv",
        MediaDirection.SendOnly => "sendonly",
        MediaDirection.RecvOnly => "recvonly",
        _ => "inactive",
    };
}
