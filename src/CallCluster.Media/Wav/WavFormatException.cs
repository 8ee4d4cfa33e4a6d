namespace CallCluster.Media.Wav;

/// <summary>A file is not a WAV file, or one of a kind that is not read; the message says which and what would be.</summary>
public sealed class WavFormatException : Exception
{
    /// <summary>Makes the exception with a default message.</summary>
    public WavFormatException() : this("The file is not a usable WAV file.") { }

    /// <summary>Makes the exception with the given message.</summary>
    public WavFormatException(string message) : base(message) { }

    /// <summary>Makes the exception with the given message and cause.</summary>
    public WavFormatException(string message, Exception? innerException) : base(message, innerException) { }
}
