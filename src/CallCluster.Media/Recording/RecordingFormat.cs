namespace CallCluster.Media.Recording;

/// <summary>Sample format of a recording's WAV file, 8000 Hz.</summary>
public enum RecordingFormat
{
    /// <summary>16-bit linear, 16 kB a second and channel: plays everywhere.</summary>
    Pcm16,

    /// <summary>G.711 in the stream's own law (of other codecs mu-law), 8 kB a second and channel.</summary>
    G711,
}
