using Microsoft.Extensions.Logging;

namespace CallCluster.Media.Engine;

/// <summary>Sends, receives and relays RTP on a few threads of its own.</summary>
public sealed partial class MediaEngine : IDisposable
{
    /// <summary>Starts the media threads; they sleep until the first stream is opened.</summary>
    public MediaEngine(MediaEngineOptions options, ILogger<MediaEngine>? logger = null, TimeProvider? time = null) => throw new NotImplementedException();

    /// <summary>Streams that are open.</summary>
    public int OpenStreams => throw new NotImplementedException();

    /// <summary>Binds a port pair and gives it to a new stream, which drops all that arrives until <see cref="MediaStream.Configure"/>.</summary>
    /// <exception cref="NoPortAvailableException">The range is exhausted.</exception>
    public MediaStream Open(IMediaStreamHandler handler) => throw new NotImplementedException();

    /// <summary>Closes all streams and ends the threads.</summary>
    public void Dispose() => throw new NotImplementedException();
}
