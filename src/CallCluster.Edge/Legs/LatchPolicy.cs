namespace CallCluster.Edge.Legs;

/// <summary>From where RTP is taken for the peer's when it does not come from where SDP says, as with a peer behind NAT. Always only while nothing came from there, and once.</summary>
public enum LatchPolicy
{
    /// <summary>From the address that the peer's SIP came from, whatever the port. The default: nobody else can get into a call by sending first.</summary>
    Signalling,

    /// <summary>From any address. For peers behind a SIP proxy that does not relay media, where SIP and RTP come from different addresses that SDP does not tell.</summary>
    Any,

    /// <summary>From nowhere: SDP is right for all peers.</summary>
    Off,
}
