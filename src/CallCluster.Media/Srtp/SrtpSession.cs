namespace CallCluster.Media.Srtp;

/// <summary>The cryptographic contexts of an encrypted stream (RFC 3711 section 3.2). Made on any thread; used and disposed on the stream's.</summary>
internal sealed class SrtpSession(SrtpSender sender, SrtpReceiver receiver) : IDisposable
{
    public SrtpSender Sender { get; } = sender;

    public SrtpReceiver Receiver { get; } = receiver;

    /// <summary>
    /// The contexts for keys that were just agreed: a direction that keeps its key keeps its context, or its indices would be used a second time. Null for no encryption. Derives keys,
    /// so not for the media thread.
    /// </summary>
    public static SrtpSession? For(SrtpKeys? keys, SrtpSession? current)
    {
        if (keys is null)
            return null;
        var sender = keys.Send.Matches(current?.Sender.Key) ? current!.Sender : new SrtpSender(keys.Send);
        var receiver = keys.Receive.Matches(current?.Receiver.Key) ? current!.Receiver : new SrtpReceiver(keys.Receive);
        return sender == current?.Sender && receiver == current!.Receiver ? current : new SrtpSession(sender, receiver);
    }

    /// <summary>Takes the place of the session so far.</summary>
    public void Follow(SrtpSession before)
    {
        if (Sender != before.Sender)
            before.Sender.Dispose();
        if (Receiver != before.Receiver)
            Receiver.Follow(before.Receiver);
    }

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }
}
