namespace CallCluster.Sip.Sdp;

/// <summary>A description, or the error and the 1-based line it was found on.</summary>
public readonly record struct SdpParseResult(SessionDescription? Description, SdpError Error, int Line);
