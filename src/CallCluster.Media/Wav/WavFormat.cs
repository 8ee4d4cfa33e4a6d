namespace CallCluster.Media.Wav;

/// <summary>The format codes of a WAV file's fmt chunk that are read or written.</summary>
internal static class WavFormat
{
    public const ushort Pcm = 1;
    public const ushort ALaw = 6;
    public const ushort MuLaw = 7;
    public const ushort Extensible = 0xFFFE;
}
