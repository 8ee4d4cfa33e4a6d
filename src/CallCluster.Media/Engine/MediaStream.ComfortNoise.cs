using CallCluster.Media.Jitter;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

// RFC 3389: a peer that sends nothing while nobody speaks says so, and how loud its background is. Whoever needs samples is given noise of that level until speech goes on.
public sealed partial class MediaStream
{
    private readonly TimerEntry _noiseTimer;
    private bool _isSilenceAnnounced;
    private (RtpHeader Header, byte Level, long At)? _silence;

    /// <summary>RFC 3389 section 3: level(8) in -dBov, then reflection coefficients, which a receiver may leave alone.</summary>
    private void OnComfortNoise(Span<byte> datagram, in RtpHeader header)
    {
        if (header.PayloadLength == 0)
        {
            Drop(RtpDropReason.Malformed);
            return;
        }
        var level = datagram[header.PayloadOffset];
        if (header.Sequence == (ushort)_reception.ExtendedHighest)
        {
            _silence = (header, level, _thread.Now);
            _mixed?.Said.BeginNoise(level);
        }
        // It has its place in the numbers, so that it is not taken for lost audio.
        _audio?.AddNoise(header, level);
        RenderSilence();
        _peer?.RelayNoise(datagram, header);
    }

    /// <summary>The bridged peer that is sent the noise encoded, having a codec of its own and no comfort noise.</summary>
    private MediaStream? HearsNoise => _peer is { _parameters.SendComfortNoise: null } peer && peer.MustTranscode(_parameters!.Codec) ? peer : null;

    private bool RendersSilence => _parameters is not null && _receives
        && (_recording is not null || _capture is not null || (_peer is { } peer && (_conversation ?? peer._conversation) is not null) || (_mixed is not null && _conversation is not null) || HearsNoise is not null);

    /// <summary>Makes noise from now on, if the peer has announced its silence and somebody needs samples. The first frame of it comes when the peer's would.</summary>
    private void RenderSilence()
    {
        if (_silence is not { } silence || _noiseTimer.IsArmed || !RendersSilence)
            return;
        var timestamp = silence.Header.Timestamp + (uint)((_thread.Now - silence.At) * SamplesPerMillisecond / 1000);
        if (_audio is null)
        {
            _audio = new AudioReception();
            _audio.AddNoise(silence.Header with { Timestamp = timestamp }, silence.Level);
        }
        _audio.SkipNoise(timestamp);
        _thread.Wheel.Arm(_noiseTimer, _thread.Now / 1000 + _audio.FirstNoiseDue / SamplesPerMillisecond);
    }

    private void OnNoiseTimer(long now)
    {
        // What is received drives its own decoding.
        if (_audio is not { } audio || _silence is null || !RendersSilence)
            return;
        var due = _noiseTimer.Due;
        while (audio.TryNext(out var samples, out var frame, giveUp: true))
            Deliver(frame, samples, now, _parameters!, HearsNoise);
        if (!audio.TryNextNoise(out var noise, out var made))
            return;
        // Later by its own length than speech would have come.
        Deliver(made, noise, now - made.PayloadLength * 1000 / SamplesPerMillisecond, _parameters!, HearsNoise);
        _thread.Wheel.Arm(_noiseTimer, Math.Max(due, now / 1000 - MaxFramesBehind * _ptime) + audio.NoiseLength / SamplesPerMillisecond);
    }

    /// <summary>Passes comfort noise on to a peer that takes it. For any other it is left out: who hears nothing hears silence, and who has it transcoded the noise that is made of it.</summary>
    private void RelayNoise(Span<byte> datagram, in RtpHeader header)
    {
        if (!MayRelay(isEvent: false, out var parameters))
            return;
        ForwardRest();
        if (parameters.SendComfortNoise is { } payloadType)
        {
            var packet = datagram.Slice(header.PayloadOffset - RtpHeader.Length, RtpHeader.Length + header.PayloadLength);
            Forward(packet, _repacketiser is { } numbers ? header with { Sequence = numbers.TakeSequence(header.Sequence) } : header, payloadType);
            return;
        }
        Drop(RtpDropReason.ComfortNoise);
        if (_repacketiser is { } cut)
            cut.Skip(header.Sequence);
        else
            _timeline.Skip(header);
    }
}
