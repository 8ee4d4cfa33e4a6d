namespace CallCluster.Sip.Sdp;

/// <summary>What a description may have at most; beyond it the parser answers with an error instead of growing.</summary>
public static class SdpLimits
{
    /// <summary>Bytes of the whole description.</summary>
    public const int Size = 32 * 1024;

    /// <summary>Lines of the whole description.</summary>
    public const int Lines = 1000;

    /// <summary>m= lines.</summary>
    public const int Media = 32;

    /// <summary>Formats on one m= line.</summary>
    public const int Formats = 128;
}
