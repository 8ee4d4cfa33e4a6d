using CallCluster.Media.Codecs;
using CallCluster.Media.Dtmf;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

// Keys sent as tones in the audio, to a peer without telephone-events.
public sealed partial class MediaStream
{
    private InbandDtmfSender? _tones;

    private bool IsGenerating => _playout is not null || _digits is not null || _tones is not null;

    /// <summary>The peer is sent what others say: it may be sent audio, and nothing of our own is in its place.</summary>
    private bool IsSentOthers => _parameters is not null && _sends && !IsGenerating;

    private void SendTones(InbandDtmfSender tones, MediaCodec codec, long now)
    {
        Span<byte> packet = stackalloc byte[RtpHeader.Length + MaxFrame];
        packet = packet[..(RtpHeader.Length + _ptime * SamplesPerMillisecond)];
        var begun = tones.Fill(packet[RtpHeader.Length..], codec);
        _digitsSent += begun;
        _thread.Counters.DigitsSent += begun;
        SendGenerated(packet, now);
        if (tones.IsActive)
            return;
        _tones = null;
        _handler.OnDigitsSent(this);
    }
}
