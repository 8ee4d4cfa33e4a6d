using System.Net;
using CallCluster.Sip.Sources;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Sip.Tests.Sources;

public sealed class SourceGateTests
{
    private static readonly IPAddress Stranger = IPAddress.Parse("192.0.2.66");
    private static readonly IPAddress Trunk = IPAddress.Parse("203.0.113.5");
    private readonly FakeTimeProvider _time = new();
    private readonly SourceGate _gate;
    private bool _trunkIsTrusted = true;

    public SourceGateTests() => _gate = Gate(new SourceLimits { MessagesPerSecond = 10, Burst = 20, TotalPerSecond = 1000, RefusalsUntilBan = 5, BanTime = TimeSpan.FromSeconds(100) });

    [Fact]
    public void An_address_may_send_its_burst_at_once_and_then_its_rate()
    {
        Assert.Equal(20, Passed(Stranger, 100));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Passed(Stranger, 100));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(20, Passed(Stranger, 100));
    }

    [Fact]
    public void What_one_address_sends_is_not_counted_against_another()
    {
        Passed(Stranger, 100);
        Assert.Equal(20, Passed(IPAddress.Parse("192.0.2.67"), 100));
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    public void IPv6_is_counted_by_64_bits_and_IPv4_is_the_same_in_either_spelling(string first, string second, bool same)
    {
        Passed(IPAddress.Parse(first), 100);
        Assert.Equal(same ? 0 : 20, Passed(IPAddress.Parse(second), 100));
    }

    [Fact]
    public void A_trunk_is_neither_limited_nor_banned_until_the_configuration_drops_it()
    {
        for (var i = 0; i < 50; i++)
            _gate.OnRefused(Trunk);
        Assert.Equal(500, Passed(Trunk, 500));
        _trunkIsTrusted = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(20, Passed(Trunk, 500));
    }

    [Fact]
    public void Strangers_together_do_not_exceed_the_total_and_the_trunk_goes_on()
    {
        var passed = 0;
        for (var host = 0; host < 200; host++)
            passed += Passed(new IPAddress([198, 51, 100, (byte)host]), 20);
        Assert.Equal(1000, passed);
        Assert.Equal(500, Passed(Trunk, 500));
    }

    [Fact]
    public void A_flood_of_forged_addresses_does_not_shut_out_a_phone_that_has_authenticated()
    {
        _gate.OnAnswered(Stranger, "REGISTER", 200);
        Enter(_gate, 0, 100_000);
        Assert.Equal(20, Passed(Stranger, 20));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    public void Who_is_refused_too_often_is_banned_for_a_time(int status)
    {
        for (var i = 0; i < 5; i++)
            _gate.OnAnswered(Stranger, "REGISTER", status);
        Assert.Equal(SourceVerdict.Read, _gate.Enter(Stranger));
        _gate.OnAnswered(Stranger, "REGISTER", status);
        Assert.Equal(SourceVerdict.Banned, _gate.Enter(Stranger));
        _time.Advance(TimeSpan.FromSeconds(99));
        Assert.Equal(SourceVerdict.Banned, _gate.Enter(Stranger));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(SourceVerdict.Read, _gate.Enter(Stranger));
    }

    [Fact]
    public void A_phone_with_an_old_password_that_tries_every_half_minute_is_not_banned()
    {
        for (var i = 0; i < 1000; i++)
        {
            _gate.OnAnswered(Stranger, "REGISTER", 401);
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(SourceVerdict.Read, _gate.Enter(Stranger));
    }

    [Fact]
    public void Forged_requests_cannot_ban_who_has_authenticated()
    {
        _gate.OnAnswered(Stranger, "REGISTER", 200);
        for (var i = 0; i < 100; i++)
            _gate.OnAnswered(Stranger, "INVITE", 403);
        Assert.Equal(SourceVerdict.Read, _gate.Enter(Stranger));
        _time.Advance(TimeSpan.FromHours(2));
        for (var i = 0; i < 100; i++)
            _gate.OnAnswered(Stranger, "INVITE", 403);
        Assert.Equal(SourceVerdict.Banned, _gate.Enter(Stranger));
    }

    [Fact]
    public void An_answered_OPTIONS_proves_nothing()
    {
        _gate.OnAnswered(Stranger, "OPTIONS", 200);
        for (var i = 0; i < 6; i++)
            _gate.OnAnswered(Stranger, "REGISTER", 401);
        Assert.Equal(SourceVerdict.Banned, _gate.Enter(Stranger));
    }

    /// <summary>Dictionary growth keyed by what an attacker chooses is how others ran out of memory.</summary>
    [Fact]
    public void A_million_addresses_take_no_memory_and_none_is_refused_for_the_others()
    {
        var gate = Gate(new SourceLimits { MessagesPerSecond = 10, Burst = 2, TotalPerSecond = 2_000_000 });
        Enter(gate, 0, 10_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = 0;
        foreach (var address in Addresses(1_000_000))
        {
            if (gate.Enter(address) == SourceVerdict.Read)
                read++;
        }

        // The addresses themselves are the test's.
        var perAddress = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000_000;
        Assert.Equal(1_000_000, read);
        Assert.True(perAddress < 64, $"{perAddress} bytes for each address");
    }

    [Fact]
    public void A_banned_address_is_not_forgotten_for_newcomers()
    {
        for (var i = 0; i < 6; i++)
            _gate.OnRefused(Stranger);
        Enter(_gate, 0, 100_000);
        Assert.Equal(SourceVerdict.Banned, _gate.Enter(Stranger));
    }

    private static void Enter(SourceGate gate, int from, int count)
    {
        foreach (var address in Addresses(from + count).Skip(from))
            gate.Enter(address);
    }

    private static IEnumerable<IPAddress> Addresses(int count) => Enumerable.Range(0, count).Select(number => new IPAddress((uint)(0x0000_000A + (number << 8))));

    private SourceGate Gate(SourceLimits limits) => new(limits with { IsTrusted = address => _trunkIsTrusted && address.Equals(Trunk) }, _time, NullLogger.Instance);

    private int Passed(IPAddress address, int messages) => Enumerable.Range(0, messages).Count(_ => _gate.Enter(address) == SourceVerdict.Read);
}
