using System.Runtime.CompilerServices;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>Whatever happens to calls, nothing of them stays. Alone, since memory is counted for the whole process.</summary>
[Collection(nameof(LeakTests))]
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
public sealed class LeakTests
{
    [Fact]
    public void After_2000_calls_no_transaction_dialog_session_or_timer_is_left()
    {
        var two = new TwoEndpoints();
        for (var i = 0; i < 2000; i++)
        {
            var ending = i % 5;
            two.CalleeSide.Offered = ending switch
            {
                0 or 1 => session => session.Accept(SipBody.Sdp("answer")),
                2 => session => session.Reject(486),
                _ => session => session.Progress(180),
            };
            var call = two.Call();
            two.Network.Deliver();
            switch (ending)
            {
                case 0:
                    call.Bye();
                    break;
                case 1:
                    two.CalleeSide.Session.Reinvite(SipBody.Sdp("hold"));
                    two.Network.Deliver();
                    two.CalleeSide.Session.Bye();
                    break;
                case 3:
                    call.Cancel();
                    break;
                case 4:
                    two.CalleeSide.Session.Accept(SipBody.Sdp("answer"));
                    call.Cancel();
                    break;
            }

            two.Network.Deliver();
            two.CalleeSide.Sessions.Clear();
            two.Network.Sent.Clear();
        }

        Assert.Equal(2000, two.CallerSide.Events.Count(item => item.StartsWith("ended", StringComparison.Ordinal)));
        Assert.Equal(2000, two.CalleeSide.Events.Count(item => item.StartsWith("ended", StringComparison.Ordinal)));
        two.AssertNothingLeft();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void At_30_percent_loss_every_call_ends_on_both_sides_and_nothing_is_left(int seed)
    {
        var two = new TwoEndpoints();
        var random = new Random(seed);
        two.Network.Drop = _ => random.Next(10) < 3;
        for (var i = 0; i < 100; i++)
        {
            two.Call();
            two.Network.Pass(random.Next(0, 3));
        }

        two.Network.Pass(5);
        foreach (var session in two.CalleeSide.Sessions.ToArray())
        {
            session.HangUp();
            two.Network.Pass(0.1);
        }

        two.Network.Pass(40);
        two.Network.Drop = _ => false;
        Assert.Equal(two.CalleeSide.Sessions.Count, two.CalleeSide.Events.Count(item => item.StartsWith("ended", StringComparison.Ordinal)));
        // One BYE in a thousand may be lost eleven times over: those callers notice at their next request.
        Assert.InRange(two.CallerSide.Events.Count(item => item.StartsWith("ended", StringComparison.Ordinal)), 98, 100);
        Assert.InRange(two.CalleeSide.Sessions.Count, 98, 100);
        two.Network.Pass(70);
        Assert.Equal(0, two.Callee.Transactions.Count);
        Assert.Equal(0, two.Caller.Transactions.Count);
        Assert.Equal(0, two.Callee.Dialogs.SessionCount);
        Assert.Equal(0, two.Callee.Timers.Count);
        Assert.Equal(0, two.Caller.Timers.Count);
    }

    [Fact]
    public void A_held_call_keeps_no_transaction_no_timer_and_little_memory()
    {
        const int Calls = 1000;
        var two = new TwoEndpoints();
        Hold(two, 100); // tables grown, code compiled
        var before = GC.GetTotalMemory(forceFullCollection: true);

        Hold(two, Calls);

        var perCall = (GC.GetTotalMemory(forceFullCollection: true) - before) / Calls;
        TestContext.Current.TestOutputHelper?.WriteLine($"{perCall} bytes per held call, both sides together");
        Assert.Equal(0, two.Caller.Transactions.Count + two.Callee.Transactions.Count);
        Assert.Equal(0, two.Caller.Timers.Count + two.Callee.Timers.Count);
        Assert.Equal(Calls + 100, two.Caller.Dialogs.DialogCount);
        Assert.InRange(perCall, 0, 8 * 1024);
    }

    [Fact]
    public void The_transactions_of_a_call_that_is_over_keep_nothing_of_the_application_alive()
    {
        var two = new TwoEndpoints();
        var given = CallAndEnd(two);
        GC.Collect();
        Assert.NotEqual(0, two.Caller.Transactions.Count);
        Assert.False(given.IsAlive);
    }

    // In a method of its own, so that no local of the test holds what it gives.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference CallAndEnd(TwoEndpoints two)
    {
        var given = new object();
        var session = two.Caller.Invite(new InviteRequest
        {
            Target = TwoEndpoints.Uri(two.Callee, "bob"),
            From = new NameAddress(TwoEndpoints.Uri(two.Caller, "alice")),
            Body = SipBody.Sdp("offer"),
            Redirect = _ => given as InviteRequest,
        }, two.CallerSide);
        two.Network.Deliver();
        Assert.True(session.Bye());
        two.Network.Deliver();
        return new WeakReference(given);
    }

    private static void Hold(TwoEndpoints two, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            two.Call();
            two.Network.Deliver();
            two.Network.Sent.Clear();
        }

        two.Network.Pass(70);
        two.Network.Sent.Clear();
    }
}
