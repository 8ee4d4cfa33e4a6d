using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;
using CallCluster.Media.Mixing;
using CallCluster.Media.Tests.Engine;

namespace CallCluster.Media.Tests.Mixing;

/// <summary>Phones that talk in tones while time passes.</summary>
public abstract class TalkTest : EngineTest
{
    /// <summary>The tone of each talker by its number.</summary>
    private protected static readonly double[] Hertz = [450, 800, 1250];

    /// <summary>Milliseconds that have passed.</summary>
    private protected int Now { get; set; }

    private protected Talker[] Talkers(params (MediaCodec Codec, int Milliseconds)[] phones) => [.. phones.Index().Select(phone =>
    {
        var peer = Peer((uint)phone.Index + 1, (int)phone.Item.Codec);
        var stream = Open(peer, p => p with { Codec = phone.Item.Codec, PtimeMilliseconds = phone.Item.Milliseconds });
        return new Talker(peer, stream, Hertz[phone.Index], phone.Item.Codec, phone.Item.Milliseconds);
    })];

    private protected static Talker[] Settled(Talker[] talkers)
    {
        Settle([.. talkers.Select(t => t.Stream)]);
        return talkers;
    }

    /// <summary>Each hears those at the numbers in its row.</summary>
    private protected static void Set(MediaMix mix, Talker[] talkers, params int[][] matrix)
    {
        mix.Set([.. matrix.Select((row, i) => new MixHearing(talkers[i].Stream, [.. row.Select(j => talkers[j].Stream)]))]);
        Settled(talkers);
    }

    /// <summary>Lets time pass in which those who talk say their tones and all hear what comes.</summary>
    private protected void Talk(Talker[] talkers, int milliseconds, Func<Talker, bool>? isSilent = null)
    {
        for (var end = Now + milliseconds; Now < end;)
        {
            Now += 20;
            foreach (var talker in talkers)
            {
                if (isSilent?.Invoke(talker) == true)
                {
                    talker.Pause(160);
                    continue;
                }
                var received = talker.Stream.Statistics.PacketsReceived;
                var said = talker.SayUntil(Now * 8);
                WaitFor(() => talker.Stream.Statistics.PacketsReceived == received + said, "what was said is in");
            }
            Advance(20);
            // Timers fire after what was asked: the third answer comes from a round that began after the tick.
            for (var i = 0; i < 3; i++)
                Settled(talkers);
            foreach (var talker in talkers)
            {
                while (talker.Peer.HasPacket)
                    talker.Hear();
            }
        }
    }

    private protected static void AssertHears(Talker listener, params int[] tones)
    {
        for (var i = 0; i < Hertz.Length; i++)
        {
            var loudness = listener.Loudness(Hertz[i]);
            if (tones.Contains(i))
                Assert.InRange(loudness, 0.9, 1.1);
            else
                Assert.InRange(loudness, 0, 0.02);
        }
    }

    private protected static void AssertGapless(Talker talker)
    {
        for (var i = 1; i < talker.Packets.Count; i++)
        {
            Assert.Equal((ushort)(talker.Packets[i - 1].Sequence + 1), talker.Packets[i].Sequence);
            Assert.Equal(talker.Packets[i - 1].Timestamp + (uint)talker.Packets[i - 1].Payload.Length, talker.Packets[i].Timestamp);
        }
    }
}
