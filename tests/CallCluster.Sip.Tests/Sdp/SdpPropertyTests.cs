using CallCluster.Sip.Sdp;

namespace CallCluster.Sip.Tests.Sdp;

/// <summary>Properties of negotiations made at random; any bytes at all are CallCluster.Fuzz's. A failure prints its seed; CALLCLUSTER_SEED replays it.</summary>
public sealed class SdpPropertyTests(ITestOutputHelper output)
{
    /// <summary>Two sides made of this code that change their minds at random always agree about who sends what to whom.</summary>
    [Fact]
    public void Two_sessions_always_agree()
    {
        var seed = Seed();
        var random = new Random(seed);
        for (var i = 0; i < 2_000; i++)
        {
            var a = SdpText.Session(c => c with { Codecs = Codecs(random), TelephoneEventPayloadType = random.Next(3) == 0 ? null : 96 + random.Next(20), RtcpMux = random.Next(2) == 0 });
            var b = SdpText.Session(c => c with { Port = 50000, Codecs = Codecs(random), TelephoneEventPayloadType = random.Next(3) == 0 ? null : 96 + random.Next(20), RtcpMux = random.Next(2) == 0 });
            for (var round = 0; round < 6; round++)
            {
                var (offerer, answerer) = random.Next(2) == 0 ? (a, b) : (b, a);
                offerer.Direction = (MediaDirection)random.Next(4);
                answerer.Direction = (MediaDirection)random.Next(4);
                var answer = answerer.AnswerOffer(SdpText.Parse(offerer.CreateOffer().ToString()));
                if (answer is null)
                {
                    Assert.DoesNotContain(offerer.Local.Codecs, c => answerer.Local.Codecs.Contains(c));
                    break;
                }

                var x = offerer.AcceptAnswer(SdpText.Parse(answer.Description.ToString()));
                var y = answer.Media;
                var where = $"seed {seed}, case {i}, round {round}";
                Assert.True(x is not null, where);
                Assert.True(x.Codec == y.Codec && x.Direction == y.Direction.Reversed() && x.RtcpMux == y.RtcpMux, where);
                Assert.True(x.PayloadType == y.ReceivePayloadType && y.PayloadType == x.ReceivePayloadType, where);
                Assert.True(x.TelephoneEventPayloadType == y.ReceiveTelephoneEventPayloadType && y.TelephoneEventPayloadType == x.ReceiveTelephoneEventPayloadType, where);
                Assert.True(x.Remote.Port == answerer.Local.Port && y.Remote.Port == offerer.Local.Port, where);
                Assert.True((x.TelephoneEventPayloadType is not null) == (a.Local.TelephoneEventPayloadType is not null && b.Local.TelephoneEventPayloadType is not null), where);
            }
        }
    }

    private static AudioCodec[] Codecs(Random random) => random.Next(4) switch
    {
        0 => [AudioCodec.Pcmu],
        1 => [AudioCodec.Pcma],
        2 => [AudioCodec.Pcma, AudioCodec.Pcmu],
        _ => [AudioCodec.Pcmu, AudioCodec.Pcma],
    };

    private int Seed()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CALLCLUSTER_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"seed {seed} (CALLCLUSTER_SEED={seed} replays it)");
        return seed;
    }
}
