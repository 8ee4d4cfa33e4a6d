using CallCluster.Media.Ice;
using CallCluster.Media.Rtp;
using CallCluster.Media.Stun;

namespace CallCluster.Media.Engine;

// Where the peer is: by SDP and the latch, or with ICE where its authenticated checks come from. STUN and DTLS share the port with RTP (RFC 7983).
public sealed partial class MediaStream
{
    private IceLiteAgent? _ice;
    private bool _nominated;

    private void ArmSource(MediaStreamParameters parameters)
    {
        if (parameters.Ice is not { } ice)
        {
            _ice = null;
            _latch.Arm(parameters.Remote, parameters.AllowLatch, parameters.LatchOnly);
        }
        else if (_ice?.Parameters != ice)
        {
            // Also an ICE restart (RFC 8445 section 2.4): media goes on where it went until a check under the new credentials.
            _ice = new IceLiteAgent(ice);
            _nominated = false;
            _latch.ArmForChecks();
        }
    }

    /// <summary>RFC 7983 section 7: what is not RTP or RTCP by its first byte. The datagram's end is here.</summary>
    private void OnOther(Span<byte> datagram, in PeerAddress from)
    {
        if (_ice is { } ice && StunMessage.IsStun(datagram))
            OnCheck(ice, datagram, from);
        else if (_dtls is { } dtls && !datagram.IsEmpty && datagram[0] is >= 20 and <= 63)
            OnDtls(dtls, datagram, from);
        else
            Drop(datagram.IsEmpty ? RtpDropReason.Malformed : RtpDropReason.Version);
    }

    private void OnCheck(IceLiteAgent ice, ReadOnlySpan<byte> datagram, in PeerAddress from)
    {
        var answer = _thread.Scratch;
        var check = ice.Examine(datagram, from, answer, out var length);
        if (check == IceCheck.Refused)
        {
            Drop(RtpDropReason.Check);
            return;
        }
        if (length > 0)
        {
            _thread.Counters.ChecksAnswered++;
            if (!_thread.Poller.Send(RtpSocket, answer[..length], from))
                Drop(RtpDropReason.SendFailed);
        }
        // The first way that works serves until the peer says which it wants.
        if (check == IceCheck.Nominated || (check == IceCheck.Valid && !_nominated && !_latch.IsLocked))
        {
            _nominated |= check == IceCheck.Nominated;
            _latch.Select(from);
            BeginHandshake();
        }
    }
}
