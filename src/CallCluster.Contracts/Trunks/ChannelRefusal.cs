namespace CallCluster.Contracts.Trunks;

/// <summary>Why a trunk lends no channel.</summary>
public enum ChannelRefusal
{
    /// <summary>MaxChannels are in use.</summary>
    AllInUse,
    /// <summary>MaxInbound are in use.</summary>
    InboundInUse,
    /// <summary>MaxOutbound are in use.</summary>
    OutboundInUse,
    /// <summary>CallsPerSecond have begun within the last second.</summary>
    TooManyPerSecond,
    /// <summary>The trunk's proxy does not answer: no outbound channel.</summary>
    Down,
}
