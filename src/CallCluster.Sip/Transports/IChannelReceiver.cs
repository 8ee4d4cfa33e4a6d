using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Transports;

/// <summary>What a channel hands up. Without the endpoint's lock; spans are valid during the call.</summary>
internal interface IChannelReceiver
{
    void OnMessage(ReadOnlySpan<byte> message);

    /// <summary>A keep-alive that wants an answer (RFC 5626 §4.4.1).</summary>
    void OnPing();

    /// <summary>A line end: the answer to ours, or padding.</summary>
    void OnPong();

    /// <summary>Where the next message begins is unknown; the channel ends.</summary>
    /// <param name="error">Why.</param>
    /// <param name="rest">From the first byte that fits nothing: a request in it can perhaps be refused.</param>
    void OnUnframed(SipParseError error, ReadOnlySpan<byte> rest);
}
