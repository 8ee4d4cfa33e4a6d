namespace CallCluster.Sip.Sdp;

/// <summary>Why bytes are no session description. <see cref="SdpErrorExtensions.Sentence"/> says it in words.</summary>
public enum SdpError
{
    None,
    Empty,
    TooLarge,
    TooManyLines,
    TooManyMedia,
    TooManyFormats,
    MalformedLine,
    ControlCharacter,
    VersionMissing,
    UnsupportedVersion,
    OriginMissing,
    DuplicateLine,
    MalformedOrigin,
    MalformedConnection,
    MalformedBandwidth,
    MalformedMedia,
    MalformedAttribute,
    RepeatWithoutTiming,
}
