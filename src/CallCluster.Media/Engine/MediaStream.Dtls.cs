using CallCluster.Media.Dtls;
using CallCluster.Media.Rtp;
using CallCluster.Media.Srtp;

namespace CallCluster.Media.Engine;

// Keys by a handshake on the media port (RFC 5764). Until it is done nothing is heard and nothing sent.
public sealed partial class MediaStream : IDtlsOwner
{
    private DtlsAssociation? _dtls;

    private bool AwaitsKeys => _dtls is not null && _srtp is null;

    private void SetDtls(DtlsParameters? parameters)
    {
        if (parameters is null)
        {
            _dtls?.Dispose();
            _dtls = null;
        }
        else if (_dtls?.Parameters != parameters)
        {
            // Also one that takes the place of another (RFC 8842 section 4): audio goes on under the old keys until the new ones are there.
            Associate(parameters, _engine.Options.HandshakeTimeout);
        }
        BeginHandshake();
    }

    private void Associate(DtlsParameters parameters, TimeSpan patience)
    {
        _dtls?.Dispose();
        _dtls = new DtlsAssociation(_engine.Handshakes, this, parameters, patience);
    }

    /// <summary>A client begins as soon as it knows where the peer is.</summary>
    private void BeginHandshake()
    {
        if (_dtls is not { HasBegun: false, Parameters.Role: DtlsRole.Client } dtls || !RtpSocket.CanReach(_latch.Target))
            return;
        dtls.Peer = _latch.Target;
        dtls.Begin();
    }

    /// <summary>
    /// A datagram of the DTLS range. Only from where the peer has proved to be by ICE, or could be by SDP and the latch: nobody else's ClientHello is looked at. Without ICE the first source
    /// takes the handshake, but the signalled address takes it from any other.
    /// </summary>
    private void OnDtls(DtlsAssociation dtls, ReadOnlySpan<byte> datagram, in PeerAddress from)
    {
        var isPeer = _ice is not null ? _latch.IsPeer(from) : _latch.MayBePeer(from) && (dtls.Peer.IsNone || from == dtls.Peer);
        if (!isPeer && _ice is null && AwaitsKeys && _latch.IsSignalled(from))
        {
            Associate(dtls.Parameters, Remaining(dtls));
            dtls = _dtls!;
            isPeer = true;
        }
        if (!isPeer)
        {
            _foreign++;
            Drop(RtpDropReason.Foreign);
            return;
        }
        if (_ice is null)
            dtls.Peer = from;
        dtls.Receive(datagram);
    }

    void IDtlsOwner.Send(DtlsAssociation association, byte[] datagram) => Post(() =>
    {
        var target = _ice is not null ? _latch.Target : association.Peer;
        if (!_closed && association == _dtls && RtpSocket.CanReach(target) && !_thread.Poller.Send(RtpSocket, datagram, target))
            Drop(RtpDropReason.SendFailed);
    });

    void IDtlsOwner.Done(DtlsAssociation association, SrtpSession session) => Post(() =>
    {
        if (_closed || association != _dtls)
        {
            session.Dispose();
            return;
        }
        SetSrtp(session);
        if (_ice is null)
            _latch.Select(association.Peer);
    });

    void IDtlsOwner.Failed(DtlsAssociation association, DtlsFailure failure) => Post(() =>
    {
        if (_closed || association != _dtls)
            return;
        // Somebody else at an address that could have been the peer's: the peer itself may still come.
        var mayBeAnother = _ice is null && association.Parameters.Role == DtlsRole.Server && !_latch.IsSignalled(association.Peer);
        if (mayBeAnother && failure != DtlsFailure.Timeout && Remaining(association) is var rest && rest > TimeSpan.Zero)
            Associate(association.Parameters, rest);
        else
            _handler.OnSecurityFailed(this, failure);
    });

    private TimeSpan Remaining(DtlsAssociation association) => association.EndsAt - _engine.Time.GetUtcNow();
}
