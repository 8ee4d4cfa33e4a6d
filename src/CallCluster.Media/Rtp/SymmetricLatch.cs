using System.Net;

namespace CallCluster.Media.Rtp;

/// <summary>
/// Decides whose packets a stream takes. The address from SDP wins. Only while nothing came from it may another source be taken for the
/// peer (behind NAT), once, after it has sent <see cref="Needed"/> packets in order with one SSRC. When a NAT forgets the binding in mid-call, the peer's stream is followed to another port of the same host.
/// All others are foreign; so is the stream of whoever was the peer before another took its place.
/// </summary>
internal struct SymmetricLatch
{
    /// <summary>Packets an unexpected source must send before it is believed.</summary>
    public const int Needed = 5;

    private PeerAddress _signalled;
    private PeerAddress _candidate;
    private PeerAddress _only;
    private PeerAddress _before;
    private PeerAddress _former;
    private uint _formerSsrc;
    private uint _candidateSsrc;
    private ushort _candidateSequence;
    private int _candidateCount;
    private bool _allowed;
    private bool _locked;

    /// <summary>Where packets for the peer go: the source that was locked on, else the signalled address.</summary>
    public PeerAddress Target { get; private set; }

    /// <summary>True once the peer's source is known; it then changes only to the signalled address.</summary>
    public readonly bool IsLocked => _locked;

    /// <summary>Another takes the peer's place: packets go to the old one no more, and its stream, which may not have ended yet, is not taken for the new one's.</summary>
    /// <param name="ssrc">SSRC of that stream.</param>
    public void LeavePeer(uint ssrc)
    {
        if (_locked)
            (_former, _formerSsrc) = (Target, ssrc);
        (Target, _signalled, _locked) = (default, default, false);
    }

    /// <summary>Starts over for a newly signalled address. When the address is the same as before, packets go on to the source known so far.</summary>
    public void Arm(IPEndPoint signalled, bool allowed, IPAddress? only)
    {
        var address = PeerAddress.From(signalled);
        var same = address == _signalled;
        _before = same && _locked ? Target : default;
        if (!same)
            Target = address;
        _signalled = address;
        _allowed = allowed;
        _only = only is null ? default : PeerAddress.From(new IPEndPoint(only, 0));
        _locked = false;
        _candidateCount = 0;
    }

    /// <summary>Only <see cref="Select"/> says from now on who the peer is (ICE). The source known so far remains until then.</summary>
    public void ArmForChecks()
    {
        var target = _locked ? Target : default;
        this = default;
        Target = target;
        _locked = !target.IsNone;
    }

    /// <summary>True for the address that SDP says.</summary>
    public readonly bool IsSignalled(in PeerAddress from) => from == _signalled;

    /// <summary>The source has proved to be the peer.</summary>
    public void Select(in PeerAddress from) => Lock(from);

    /// <summary>True when the packet comes from the source that is locked on.</summary>
    public readonly bool IsPeer(in PeerAddress from) => _locked && from == Target;

    /// <summary>False for a source that could not be taken for the peer whatever it sends.</summary>
    public readonly bool MayBePeer(in PeerAddress from) =>
        from == _signalled || (_locked ? from == Target : _allowed && (from == _before || _only.IsNone || from.SameHost(_only)));

    /// <summary>Considers a source that is not locked on; true when it now is.</summary>
    public bool TryLock(in PeerAddress from, uint ssrc, ushort sequence)
    {
        if (from == _signalled)
            return Lock(from);
        if (_locked || !_allowed || (from == _former && ssrc == _formerSsrc))
            return false;
        if (from == _before)
            return Lock(from);
        if (!_only.IsNone && !from.SameHost(_only))
            return false;
        return IsTried(from, ssrc, sequence) && Lock(from);
    }

    /// <summary>True for another port of the host that is locked on, where another source may be believed at all.</summary>
    public readonly bool MayFollow(in PeerAddress from) => _locked && _allowed && from != Target && from.SameHost(Target);

    /// <summary>Considers a source that goes on with the peer's own stream while the peer is silent; true when it now is the peer.</summary>
    public bool TryFollow(in PeerAddress from, uint ssrc, ushort sequence) => MayFollow(from) && IsTried(from, ssrc, sequence) && Lock(from);

    private bool IsTried(in PeerAddress from, uint ssrc, ushort sequence)
    {
        var follows = _candidateCount > 0 && from == _candidate && ssrc == _candidateSsrc && (ushort)(sequence - _candidateSequence) is > 0 and < 100;
        _candidateCount = follows ? _candidateCount + 1 : 1;
        _candidate = from;
        _candidateSsrc = ssrc;
        _candidateSequence = sequence;
        return _candidateCount >= Needed;
    }

    private bool Lock(in PeerAddress from)
    {
        Target = from;
        _candidateCount = 0;
        return _locked = true;
    }
}
