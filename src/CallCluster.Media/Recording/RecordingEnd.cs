namespace CallCluster.Media.Recording;

/// <summary>Why a recording ended.</summary>
public enum RecordingEnd
{
    /// <summary><see cref="Engine.MediaStream.StopRecording"/> was called, or another recording took its place.</summary>
    Stopped,

    /// <summary><see cref="RecordingOptions.MaxLength"/> was reached.</summary>
    MaxLength,

    /// <summary>The peer said nothing for <see cref="RecordingOptions.MaxSilence"/>.</summary>
    Silence,

    /// <summary>The stream was disposed while recording: the caller hung up.</summary>
    StreamClosed,

    /// <summary>The file could not be made or written; what was written before is kept.</summary>
    Failed,
}
