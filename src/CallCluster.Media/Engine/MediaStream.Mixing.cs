using CallCluster.Media.Mixing;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

// The stream as a member of a mix: what the peer says is decoded for it, and what it hears is encoded here, in packets of the peer's length.
public sealed partial class MediaStream
{
    private MixMember? _mixed;

    internal MediaEngine Engine => _engine;

    internal void JoinMix(MixMember member, MixMember[] hears, long order)
    {
        _waiting = false;
        if (_closed || _linked > order)
            return;
        if (_thread != member.Mix.Thread)
        {
            // What was asked of the stream after this waits until it is there.
            _waiting = true;
            MoveTo(member.Mix.Thread);
            Request(() => JoinMix(member, hears, order));
            return;
        }
        if (_mixed != member)
        {
            Detach();
            EndPlaying(interrupted: true, before: order);
            ForgetRelayed();
            _audio = null;
            _bridged = order;
            _mixed = member;
            member.Mix.Add(member);
            if (_silence is { } silence)
                member.Said.BeginNoise(silence.Level);
            RenderSilence();
        }
        _linked = order;
        member.Hears = hears;
    }

    internal void LeaveMix(MixMember member, long order)
    {
        if (_linked > order || _mixed != member)
            return;
        _linked = order;
        Detach();
    }

    private void DetachFromMix()
    {
        if (_mixed is not { } member)
            return;
        _mixed = null;
        member.Mix.Remove(member);
        _timeline.Break();
    }

    /// <summary>The next 20 ms of the mix for the peer. They are lost while something else is sent, or nothing may be.</summary>
    /// <param name="member">This stream in the mix.</param>
    /// <param name="due">When they were due, in microseconds.</param>
    /// <param name="now">Microseconds.</param>
    internal void SendMixed(MixMember member, long due, long now)
    {
        var heard = member.Hear();
        if (_parameters is not { } parameters || !IsSentOthers)
        {
            member.Discard();
            return;
        }
        _conversation?.HeardMixed(heard, due);
        Span<byte> packet = stackalloc byte[RtpHeader.Length + MaxFrame];
        packet = packet[..(RtpHeader.Length + _ptime * SamplesPerMillisecond)];
        while (member.TryEncode(packet[RtpHeader.Length..], parameters.Codec))
            SendGenerated(packet, now);
    }

    /// <summary>The mix stood still for a while: the peer is told by the timestamps.</summary>
    internal void BreakMixed() => _timeline.Break();

    /// <summary>A key of this member, once for each who hears it.</summary>
    private static void PassKeyOn(char digit, MixMember from)
    {
        foreach (var listener in from.Mix.Present)
        {
            if (Array.IndexOf(listener.Hears, from) >= 0)
                listener.Stream.StartDigits($"{digit}");
        }
    }
}
