namespace CallCluster.Media.Codecs;

internal static class MediaCodecExtensions
{
    /// <summary>The companding law of a G.711 codec.</summary>
    public static G711Law Law(this MediaCodec codec) => codec == MediaCodec.Pcma ? G711Law.A : G711Law.Mu;
}
