using CallCluster.Media.Rtp;
using CallCluster.Media.Srtp;

namespace CallCluster.Media.Engine;

public sealed partial class MediaStream
{
    private readonly Lock _keysLock = new();
    private SrtpSession? _agreedSrtp;
    private SrtpSession? _srtp;

    /// <summary>Contexts for what was agreed now, made on the caller's thread. A direction that keeps its key keeps its context.</summary>
    private SrtpSession? Agree(SrtpKeys? keys)
    {
        lock (_keysLock)
            return _agreedSrtp = SrtpSession.For(keys, _agreedSrtp);
    }

    private void SetSrtp(SrtpSession? session)
    {
        if (session == _srtp)
            return;
        if (session is null)
            _srtp?.Dispose();
        else if (_srtp is not null)
            session.Follow(_srtp);
        _srtp = session;
    }

    /// <summary>Authenticates before anything in the packet is believed: a source can only be latched on by packets under the agreed key. What cannot be the peer's costs no cryptography.</summary>
    private bool TryUnprotect(SrtpSession srtp, ref Span<byte> datagram, in PeerAddress from)
    {
        var reason = RtpDropReason.Foreign;
        if (_latch.MayBePeer(from) || HasProved(from) || MayHaveMoved(from))
        {
            if (srtp.Receiver.TryUnprotectRtp(ref datagram, out reason))
                return true;
        }
        else
        {
            _foreign++;
        }
        Drop(reason);
        return false;
    }

    /// <summary>The packet as it goes out: itself, or its protected form in the thread's scratch memory. False when it must not be sent.</summary>
    private bool TryProtect(ref ReadOnlySpan<byte> packet, bool rtcp)
    {
        if (AwaitsKeys)
        {
            Drop(RtpDropReason.Unkeyed);
            return false;
        }
        if (_srtp is not { } srtp)
            return true;
        var scratch = _thread.Scratch;
        var length = rtcp ? srtp.Sender.ProtectRtcp(packet, scratch) : srtp.Sender.ProtectRtp(packet, scratch);
        packet = scratch[..length];
        if (length > 0)
            return true;
        Drop(RtpDropReason.Replay);
        return false;
    }
}
