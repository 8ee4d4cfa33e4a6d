namespace CallCluster.Sip.Sdp;

/// <summary>One sentence for each <see cref="SdpError"/>, fit for a log or a Warning header.</summary>
public static class SdpErrorExtensions
{
    public static string Sentence(this SdpError error) => error switch
    {
        SdpError.None => "The session description is well formed.",
        SdpError.Empty => "The session description is empty.",
        SdpError.TooLarge => "The session description is larger than this server reads.",
        SdpError.TooManyLines => "The session description has more lines than this server reads.",
        SdpError.TooManyMedia => "The session description has more m= lines than this server reads.",
        SdpError.TooManyFormats => "An m= line lists more formats than this server reads.",
        SdpError.MalformedLine => "A line does not begin with a letter and an equals sign.",
        SdpError.ControlCharacter => "A line holds a NUL or a bare carriage return.",
        SdpError.VersionMissing => "The first line is not v=.",
        SdpError.UnsupportedVersion => "The version is not 0.",
        SdpError.OriginMissing => "There is no o= line.",
        SdpError.DuplicateLine => "A line that may stand once stands twice.",
        SdpError.MalformedOrigin => "The o= line does not have six fields.",
        SdpError.MalformedConnection => "A c= line does not have three fields.",
        SdpError.MalformedBandwidth => "A b= line is not type:number.",
        SdpError.MalformedMedia => "An m= line is not media, port, protocol and formats.",
        SdpError.MalformedAttribute => "An a= line has no name.",
        SdpError.RepeatWithoutTiming => "An r= line does not follow a t= line.",
        _ => "The session description is malformed.",
    };
}
