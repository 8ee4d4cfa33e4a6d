using CallCluster.Media.Ice;
using CallCluster.Media.Rtp;
using CallCluster.Media.Stun;

namespace CallCluster.Media.Engine;

// Where the peer is: by SDP and the latch, or with ICE where its authenticated checks come from. STUN and DTLS share the port with RTP (RFC 7983).
public sealed partial class MediaStream
{
    // Microseconds that nothing authentic comes by the way in use before another may be it.
    private const long SilentAfter = 1_000_000;
    private IceLiteAgent? _ice;
    private IceSources _sources = new();
    private PeerAddress _awaited;

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
            _sources = new IceSources();
            _awaited = default;
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
        if (check is not (IceCheck.Valid or IceCheck.Nominated))
            return;
        _sources.Add(from);
        // The first way that works serves until the peer says which it wants.
        if (check == IceCheck.Nominated ? _sources.Nominate(from, ice.Priority, _thread.Now) : !_latch.IsLocked)
            Move(from);
    }

    /// <summary>Media goes another way. Once there are keys, who only passes the peer's checks on must not gain it: it goes there with the first packet under the keys from there, or when none comes by the old way.</summary>
    private void Move(in PeerAddress to)
    {
        if (_latch.IsLocked && _srtp is not null && to != _latch.Target && _thread.Now - _lastRtpAt < SilentAfter)
        {
            _awaited = to;
            return;
        }
        _awaited = default;
        _latch.Select(to);
        BeginHandshake();
    }

    /// <summary>Whether packets under the agreed keys are the peer's from there too.</summary>
    private bool HasProved(in PeerAddress from) => _ice is not null && _sources.Contains(from);

    /// <summary>A packet under the agreed keys came from there.</summary>
    private bool TakesFrom(in PeerAddress from)
    {
        if (_srtp is null || !HasProved(from))
            return false;
        if (from == _awaited)
        {
            _awaited = default;
            _latch.Select(from);
        }
        return true;
    }
}
