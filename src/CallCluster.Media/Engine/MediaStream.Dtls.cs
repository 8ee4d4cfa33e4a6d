using System.Net;
using CallCluster.Media.Dtls;
using CallCluster.Media.Rtp;
using CallCluster.Media.Srtp;

namespace CallCluster.Media.Engine;

// Keys by a handshake on the media port (RFC 5764). Until it is done nothing is heard and nothing sent.
public sealed partial class MediaStream : IDtlsOwner
{
    private DtlsAssociation? _dtls;

    // Whoever else may be the peer takes nothing away from the address that SDP names; nor do first hellos from one that brings a cookie back, unless somebody sends false cookies as often.
    private HelloAllowance _signalledHellos;
    private HelloAllowance _firstHellos;
    private HelloAllowance _cookieHellos;
    private bool _hasToldOfHellos;

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

    private void Associate(DtlsParameters parameters, TimeSpan patience, int attempts = 0)
    {
        _dtls?.Dispose();
        _dtls = new DtlsAssociation(_engine.Handshakes, this, parameters, patience, attempts);
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
    /// A datagram of the DTLS range. Only from where the peer has proved to be by ICE, or could be by SDP and the latch: nobody else's ClientHello is looked at. Without ICE the first source whose
    /// ClientHello brings our cookie back takes the handshake; the signalled address takes it from any other, and any other once it has come to a halt.
    /// </summary>
    private void OnDtls(DtlsAssociation dtls, ReadOnlySpan<byte> datagram, in PeerAddress from)
    {
        var isBound = _ice is not null ? _latch.IsPeer(from) || HasProved(from) : from == dtls.Peer;
        if (!isBound && !MayBegin(dtls, from))
        {
            _foreign++;
            Drop(RtpDropReason.Foreign);
        }
        else if (_ice is null && (!isBound || dtls.AwaitsHello))
        {
            OnHello(dtls, datagram, from);
        }
        else
        {
            dtls.Receive(datagram);
        }
    }

    private bool MayBegin(DtlsAssociation dtls, in PeerAddress from) => _ice is null && dtls.Parameters.Role == DtlsRole.Server && !dtls.IsDone
        && (_latch.IsSignalled(from) || (_latch.MayBePeer(from) && (dtls.Peer.IsNone || (dtls.IsStalled && !_latch.IsSignalled(dtls.Peer)))));

    private void OnHello(DtlsAssociation dtls, ReadOnlySpan<byte> datagram, in PeerAddress from)
    {
        if (!DtlsRecord.IsPlausible(datagram) || !DtlsRecord.IsClientHello(datagram))
        {
            Drop(RtpDropReason.Malformed);
            return;
        }
        ref var allowance = ref _latch.IsSignalled(from) ? ref _signalledHellos : ref DtlsRecord.HasCookie(datagram) ? ref _cookieHellos : ref _firstHellos;
        if (!allowance.TryTake(_engine.Time))
        {
            Drop(RtpDropReason.Hello);
            if (!_hasToldOfHellos)
                TellOfHellos(from.ToEndPoint());
            return;
        }
        var request = _engine.Handshakes.Cookies.Examine(datagram, from, out var answer);
        if (answer is not null && !_thread.Poller.Send(RtpSocket, answer, from))
            Drop(RtpDropReason.SendFailed);
        if (request is null)
            return;
        if (from != dtls.Peer && dtls.HasBegun)
        {
            Associate(dtls.Parameters, Remaining(dtls), dtls.Attempts);
            dtls = _dtls!;
        }
        dtls.Peer = from;
        dtls.Accept(request);
    }

    private void TellOfHellos(IPEndPoint last)
    {
        _hasToldOfHellos = true;
        _engine.LogInformationHellos(HelloAllowance.PerSecond, last, LocalPort);
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
        if (mayBeAnother && failure != DtlsFailure.Timeout && association.MayTryAgain && Remaining(association) is var rest && rest > TimeSpan.Zero)
            Associate(association.Parameters, rest, association.Attempts + 1);
        else
            _handler.OnSecurityFailed(this, failure);
    });

    private TimeSpan Remaining(DtlsAssociation association) => association.EndsAt - _engine.Time.GetUtcNow();
}
