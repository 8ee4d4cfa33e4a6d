using System.Text;
using CallCluster.Sip.Sdp;

namespace CallCluster.Sip.Tests.Sdp;

/// <summary>Properties over random and mutated input. A failure prints its seed; CALLCLUSTER_SEED replays it.</summary>
public sealed class SdpPropertyTests(ITestOutputHelper output)
{
    private static readonly string[] Seeds =
    [
        SdpText.Head + "m=audio 49170 RTP/AVP 0 8 97\na=rtpmap:97 telephone-event/8000\na=fmtp:97 0-15\na=ptime:20\na=maxptime:40\na=rtcp:5 IN IP4 192.0.2.2\na=sendrecv\nm=video 0 RTP/AVP 31\n",
        SdpText.Head + "a=sendonly\nm=image 5 udptl t38\nc=IN IP6 ::\nm=audio 6/2 RTP/AVPF 101 0\nb=AS:64\na=rtpmap:101 telephone-event/8000\na=rtcp-mux\n",
        "v=0\no=- 1 2 IN IP6 2001:db8::1\ns=x\ni=i\nu=u\ne=e\np=p\nc=IN IP4 0.0.0.0\nt=1 2\nr=1 2 3\nz=1 2\nk=k\nx=y\nm=audio 5 RTP/AVP 0\ni=z\n",
    ];

    private static readonly string[] Tokens =
        ["a=", "m=audio ", "0", "65535", "99999999999999999999", "-1", "/", ":", " ", "\r\n", "\n", "\0", "\r", "c=IN IP4 0.0.0.0", "=", "rtpmap:", "PCMU/8000", "telephone-event/8000", "é", "\uFFFD", "m="];

    [Fact]
    public void Mutated_descriptions_never_throw_and_what_parses_round_trips_and_gets_a_proper_answer()
    {
        var seed = Seed();
        var random = new Random(seed);
        var answered = 0;
        for (var i = 0; i < 30_000; i++)
        {
            var bytes = Mutate(random, Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]));
            try
            {
                if (Check(bytes))
                    answered++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, round {i}: {Convert.ToHexString(bytes)}", e);
            }
        }

        // Else the mutations are too wild to reach the negotiation at all.
        Assert.InRange(answered, 1000, 29_999);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var seed = Seed();
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            "v=0\n"u8[..Math.Min(4, bytes.Length)].CopyTo(bytes);
            var result = SdpParser.Parse(bytes);
            Assert.True((result.Description is null) == (result.Error != SdpError.None), $"seed {seed}, round {i}");
        }
    }

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

    private static bool Check(byte[] bytes)
    {
        var result = SdpParser.Parse(bytes);
        if (result.Description is not { } sdp)
        {
            Assert.NotEqual(SdpError.None, result.Error);
            return false;
        }

        var written = sdp.ToBytes();
        // What replaces broken UTF-8 is longer, so a description near the cap may outgrow it; none here is.
        var again = SdpParser.Parse(written).Description;
        Assert.NotNull(again);
        Assert.Equal(written, again.ToBytes());

        var session = SdpText.Session();
        session.CreateOffer();
        session.AcceptAnswer(sdp);
        if (SdpText.Session().AnswerOffer(sdp) is not { } answer)
            return false;
        Assert.Equal(sdp.Media.Count, answer.Description.Media.Count);
        foreach (var (offered, line) in sdp.Media.Zip(answer.Description.Media))
        {
            Assert.Equal((offered.Media, offered.Protocol), (line.Media, line.Protocol));
            Assert.All(line.Formats, f => Assert.Contains(f, offered.Formats));
            Assert.True(line.Port == 0 || offered.Port != 0);
        }

        Assert.NotNull(SdpParser.Parse(answer.Description.ToBytes()).Description);
        return true;
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        var list = bytes.ToList();
        for (var n = random.Next(1, 6); n > 0 && list.Count > 1; n--)
        {
            var at = random.Next(list.Count);
            switch (random.Next(6))
            {
                case 0: list[at] = (byte)random.Next(256); break;
                case 1: list.RemoveRange(at, Math.Min(random.Next(1, 20), list.Count - at)); break;
                case 2: list.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)])); break;
                case 3: list.InsertRange(at, list.GetRange(at, Math.Min(random.Next(1, 60), list.Count - at))); break;
                case 4: list[at] ^= (byte)(1 << random.Next(8)); break;
                default: (list[at], list[^1]) = (list[^1], list[at]); break;
            }
        }

        return [.. list];
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
