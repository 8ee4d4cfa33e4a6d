using CallCluster.Grains.Staffing;

namespace CallCluster.Grains.Tests.Staffing;

/// <summary>The formulas against published values.</summary>
public sealed class ErlangTests
{
    [Theory]
    [InlineData(10, 10, 0.2146)]
    [InlineData(20, 30, 0.0085)]
    [InlineData(0.1, 1, 0.0909)]
    public void Erlang_B_is_that_of_the_tables(double load, int agents, double blocked) => Assert.Equal(blocked, Erlang.B(load, agents), 0.00005);

    [Theory]
    [InlineData(240, 2.2)] // 20 agents, 100 calls in half an hour: facts/routing.md
    [InlineData(300, 30.4)]
    public void Erlang_C_is_that_of_the_tables(double handling, double asa) => Assert.Equal(asa, Erlang.C(200, handling, 20, 20)!.Value.Asa, 0.05);

    [Fact]
    public void A_single_server_is_M_M_1()
    {
        // rho / (1 - rho) of the service time; P(W <= t) = 1 - rho exp(-(1 - rho) t / s).
        var erlang = Erlang.C(30, 60, 1, 60)!.Value;
        Assert.Equal(0.5, erlang.ProbabilityOfWait, 1e-12);
        Assert.Equal(60, erlang.Asa, 1e-9);
        Assert.Equal(1 - (0.5 * Math.Exp(-0.5)), erlang.AnsweredInTime, 1e-12);
    }

    [Fact]
    public void There_is_no_Erlang_C_for_a_load_that_the_agents_cannot_carry() => Assert.Null(Erlang.C(300, 240, 20, 20));

    [Fact]
    public void Erlang_A_is_that_of_the_literature()
    {
        // Mandelbaum and Zeltyn, 'Service engineering in action: the Palm/Erlang-A queue': 48 calls a minute, 50 agents, 1 minute each; with patience of 2 minutes
        // 3.1 % abandon and the mean wait is 3.7 s, without 20.8 s.
        Assert.Equal(20.8, Erlang.C(48 * 60, 60, 50, 20)!.Value.Asa, 0.05);
        var erlang = Erlang.A(48 * 60, 60, 50, 120, 20);
        Assert.Equal(0.031, erlang.Abandoned, 0.0005);
        Assert.Equal(3.7, erlang.MeanWait, 0.05);
    }

    [Fact]
    public void Erlang_A_with_endless_patience_is_Erlang_C()
    {
        var (a, c) = (Erlang.A(200, 300, 20, 1e9, 20), Erlang.C(200, 300, 20, 20)!.Value);
        Assert.Equal(c.ProbabilityOfWait, a.ProbabilityOfWait, 1e-5);
        Assert.Equal(c.Asa, a.Asa, 1e-3);
        Assert.Equal(c.AnsweredInTime, a.AnsweredInTime, 1e-5);
    }

    /// <summary>Patience as long as talks: as many leave as in M/M/infinity, whose states are Poisson.</summary>
    [Fact]
    public void Erlang_A_with_patience_like_talk_time_is_Poisson()
    {
        var (load, agents) = (12.0, 10);
        double term = Math.Exp(-load), below = 0;
        for (var n = 0; n < agents; term *= load / ++n) below += term;
        Assert.Equal(1 - below, Erlang.A(load * 60, 60, agents, 60, 20).ProbabilityOfWait, 1e-9);
    }

    [Fact]
    public void Large_and_overloaded_centres_overflow_nothing()
    {
        var erlang = Erlang.A(100_000, 300, 5000, 120, 20);
        Assert.InRange(erlang.Abandoned, 1 - (5000 / (100_000 * 300 / 3600.0)) - 0.001, 1 - (5000 / (100_000 * 300 / 3600.0)) + 0.001);
        Assert.InRange(Erlang.C(100_000, 300, 8400, 20)!.Value.ProbabilityOfWait, 0, 1);
    }
}
