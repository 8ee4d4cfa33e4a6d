using System.Globalization;
using CallCluster.Sip.Syntax;
using CallCluster.Sip.Tests.Messages;

namespace CallCluster.Fuzz.Tests;

/// <summary>The short form of fuzzing: the same inputs each time; CALLCLUSTER_FUZZ_SEED tries others. The long form is the program itself.</summary>
public sealed class FuzzTargetsTests(ITestOutputHelper output)
{
    private const int Rounds = 30_000;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    private static long Seed => long.TryParse(Environment.GetEnvironmentVariable("CALLCLUSTER_FUZZ_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 4475;

    [Theory]
    [MemberData(nameof(Targets))]
    public void Survives_whatever_comes(string name) => AssertSurvives(new FuzzRun(Target(name), Seed, []), name);

    [Theory]
    [InlineData("sip")]
    [InlineData("stream")]
    public void Survives_what_becomes_of_the_torture_messages(string name) =>
        AssertSurvives(new FuzzRun(Target(name), Seed, [.. Rfc4475Corpus.ReadAll().Select(message => message.Bytes)]), name);

    [Theory]
    [MemberData(nameof(Targets))]
    public void Takes_its_own_seeds_and_they_reach_the_code(string name)
    {
        var target = Target(name);
        var seeds = FuzzCorpus.Of(target).ToList();
        Assert.True(seeds.Count >= 3);
        Assert.All(seeds, seed => target.Run(seed));
    }

    /// <summary>Found by the long form: written anew it gets a Content-Length, and is one too long then.</summary>
    [Fact]
    public void A_datagram_without_Content_Length_may_be_as_long_as_any()
    {
        var head = "REGISTER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:a>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\nContact: *\r\n\r\n"u8;
        var message = new byte[SipLimits.MessageLength];
        message.AsSpan().Fill((byte)'*');
        head.CopyTo(message);

        Target("sip").Run(message);
    }

    [Fact]
    public void A_round_is_the_same_each_time_and_no_two_are()
    {
        var inputs = new FuzzInputs(Target("sip"), 1, []);
        var made = Enumerable.Range(0, 200).Select(round => Convert.ToHexString(inputs.Make(round))).ToList();
        Assert.Equal(made, Enumerable.Range(0, 200).Select(round => Convert.ToHexString(new FuzzInputs(Target("sip"), 1, []).Make(round))));
        Assert.True(made.Distinct().Count() > 190);
    }

    [Fact]
    public void What_is_found_is_told_with_its_round_and_replays()
    {
        var run = new FuzzRun(new Fragile(), 7, []);
        run.Play(10_000, Timeout.InfiniteTimeSpan);
        Assert.NotNull(run.Finding);
        Assert.Contains("fragile", run.Finding.Message, StringComparison.Ordinal);

        var again = new FuzzRun(new Fragile(), 7, []);
        again.Play(run.Finding.Round);
        Assert.Equal(run.Finding.Input, again.Finding!.Input);
    }

    [Theory]
    [InlineData("--target", "nothing")]
    [InlineData("--seed", "x")]
    [InlineData("--seconds", "-1")]
    [InlineData("--corpus", "/no/such/directory")]
    [InlineData("--fast", "1")]
    public void An_argument_that_means_nothing_is_named(string name, string value)
    {
        Assert.False(FuzzOptions.TryParse([name, value], out _, out var error));
        Assert.Contains($"{name} {value}", error, StringComparison.Ordinal);
    }

    private static IFuzzTarget Target(string name) => FuzzTargets.All.Single(target => target.Name == name);

    private void AssertSurvives(FuzzRun run, string name)
    {
        run.Play(Rounds, Timeout.InfiniteTimeSpan);
        output.WriteLine($"{name}: seed {Seed}, slowest {run.Slowest.TotalMilliseconds} ms in round {run.SlowestRound}");
        Assert.True(run.Finding is null, run.Finding is { } finding ? $"seed {Seed}, round {finding.Round}: {finding.Message}\n{Convert.ToBase64String(finding.Input)}" : "");
        Assert.Equal(Rounds, run.Rounds);
    }

    private sealed class Fragile : IFuzzTarget
    {
        public string Name => "fragile";

        public string Corpus => "sip";

        public IReadOnlyList<byte[]> Dictionary => ["x"u8.ToArray()];

        public IReadOnlyList<byte[]> Openings => ["y"u8.ToArray()];

        public int MaxLength => 100;

        public void Run(ReadOnlySpan<byte> input)
        {
            if (input.Length % 97 == 13)
                throw new InvalidOperationException("fragile");
        }
    }
}
