namespace CallCluster.Sip.Sdp;

/// <summary>A <c>b=</c> line (RFC 8866 §5.8); kilobits per second for CT and AS, bits per second for TIAS, RS and RR.</summary>
public readonly record struct SdpBandwidth(string Type, long Value);
