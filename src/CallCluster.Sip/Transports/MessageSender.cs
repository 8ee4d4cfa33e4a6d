using System.Buffers;
using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Transports;

/// <summary>Writes messages and hands them to their flow. Under the endpoint's lock: one scratch buffer serves all.</summary>
internal sealed class MessageSender
{
    private readonly ArrayBufferWriter<byte> _scratch = new(4096);

    /// <summary>The message's own bytes, for what may be sent again.</summary>
    internal byte[] Serialize(SipMessage message)
    {
        _scratch.ResetWrittenCount();
        SipWriter.Write(message, _scratch);
        return _scratch.WrittenSpan.ToArray();
    }

    /// <summary>How many bytes the message has on the wire.</summary>
    internal int Measure(SipMessage message)
    {
        _scratch.ResetWrittenCount();
        SipWriter.Write(message, _scratch);
        return _scratch.WrittenCount;
    }

    internal static bool Send(in SipFlow flow, ReadOnlySpan<byte> wire) => flow.Transport.Send(flow, wire);

    /// <summary>Sends what is never repeated, without keeping bytes.</summary>
    internal bool SendOnce(in SipFlow flow, SipMessage message)
    {
        _scratch.ResetWrittenCount();
        SipWriter.Write(message, _scratch);
        return flow.Transport.Send(flow, _scratch.WrittenSpan);
    }

    /// <summary>RFC 3261 §18.1.1 and RFC 3581 §3.</summary>
    internal static string ViaFor(SipTransport transport, string branch) =>
        $"SIP/2.0/{transport.Protocol.ViaToken()} {transport.AdvertisedHost}:{transport.AdvertisedPort};branch={branch};rport";
}
