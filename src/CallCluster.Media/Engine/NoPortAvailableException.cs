namespace CallCluster.Media.Engine;

/// <summary>The configured RTP port range has no free pair left: every port is in use, resting, or taken by another process.</summary>
public sealed class NoPortAvailableException : Exception
{
    /// <summary>Makes the exception with a default message.</summary>
    public NoPortAvailableException() : this("No RTP port pair is free.") { }

    /// <summary>Makes the exception with the given message.</summary>
    public NoPortAvailableException(string message) : base(message) { }

    /// <summary>Makes the exception with the given message and cause.</summary>
    public NoPortAvailableException(string message, Exception? innerException) : base(message, innerException) { }
}
