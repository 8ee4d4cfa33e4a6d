using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Media.Engine;
using CallCluster.Sip.Bodies;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <content>Keys: as telephone-events in RTP (RFC 4733), which pass between bridged legs by themselves, or as INFO where the trunk says so.</content>
internal abstract partial class Leg
{
    private bool _listening;
    private bool _stopsOnDigit;

    /// <summary>How keys come and go on this leg.</summary>
    protected virtual DtmfMode Dtmf => DtmfMode.Rfc4733;

    public void Listen(bool listen, bool secure)
    {
        _listening = listen;
        _ = secure; // the edge logs no digits at all
    }

    void IMediaStreamHandler.OnDigit(MediaStream stream, char digit) => Call.Post(() => OnDigit(digit));

    void IInviteSessionHandler.OnInfo(InviteSession session, IncomingRequest request)
    {
        var info = request.Request;
        if (info.Body.IsEmpty)
        {
            request.Respond(200);
        }
        else if (DtmfBody.TryRead(info, out var digit))
        {
            request.Respond(200);
            // A peer that sends RTP events as well would be heard twice.
            if (Dtmf == DtmfMode.Info) Call.Post(() => OnInfoDigit(digit));
        }
        else
        {
            request.Respond(415, headers: [(HeaderNames.Accept, DtmfBody.Accepted)]);
        }
    }

    private void OnInfoDigit(char digit)
    {
        if (State == LegState.Ended) return;
        if (_stopsOnDigit) Media?.StopPlaying();
        _stopsOnDigit = false;
        OnDigit(digit);
    }

    private void OnDigit(char digit)
    {
        if (_bridgedTo is not { } number)
        {
            if (_listening) Tell(new DigitReceived(Number, digit));
        }
        else if (Call.Find(number) is { State: LegState.Answered } other && (Dtmf == DtmfMode.Info || other.Dtmf == DtmfMode.Info))
        {
            other.SendDigit(digit);
        }
    }

    private void SendDigit(char digit)
    {
        if (Dtmf == DtmfMode.Info) Session?.Info(DtmfBody.Write(digit));
        else Media?.SendDigits(digit.ToString());
    }
}
