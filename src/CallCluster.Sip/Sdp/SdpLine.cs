namespace CallCluster.Sip.Sdp;

/// <summary>A line whose type this parser gives no meaning to, kept as it came.</summary>
public readonly record struct SdpLine(char Type, string Value);
