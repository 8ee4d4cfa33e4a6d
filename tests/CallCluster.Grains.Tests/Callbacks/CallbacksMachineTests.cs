using CallCluster.Contracts.Callbacks;
using CallCluster.Contracts.Calls;
using CallCluster.Grains.Callbacks;

namespace CallCluster.Grains.Tests.Callbacks;

public sealed class CallbacksMachineTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_kept_is_woken_after_a_restart_too_until_it_is_dropped()
    {
        var first = new CallbacksMachine("support", null);
        var callbacks = new MachineUnderTest<CallbacksMessage>(first).Send(Keep("c1", "+15550111"));
        Assert.True(callbacks.Effects.MustPersist);
        Assert.Equal("support", callbacks.One<CallbackKept>().Queue);
        callbacks.Send(Keep("c1", "+15550111"));
        Assert.False(callbacks.Effects.MustPersist, "what is known is not written again");
        callbacks.One<CallbackKept>();

        callbacks = new MachineUnderTest<CallbacksMessage>(new CallbacksMachine("support", first.State));
        Assert.Equal("c1", callbacks.Send(new AssertCallbacks()).One<CallbackAwaited>().Callback.CallId);
        callbacks.Send(new DropCallback("c1")).One<CallbackDropped>();
        callbacks.Send(new AssertCallbacks()).None<CallbackAwaited>();
    }

    [Fact]
    public void A_late_copy_brings_nothing_back()
    {
        var callbacks = new MachineUnderTest<CallbacksMessage>(new CallbacksMachine("support", null)).Send(new DropCallback("c1"));
        callbacks.Send(Keep("c1", "+15550111")).One<CallbackDropped>();
        callbacks.Send(new AssertCallbacks()).None<CallbackAwaited>();
    }

    [Fact]
    public void A_number_is_kept_once_and_only_so_many()
    {
        var callbacks = new MachineUnderTest<CallbacksMessage>(new CallbacksMachine("support", null)).Send(Keep("c1", "+15550111"));
        Assert.Contains("+15550111 is to be called back already", callbacks.Send(Keep("c2", "+15550111")).One<CallbackRefused>().Why, StringComparison.Ordinal);
        callbacks.Send(Keep("c3", "+15550112")).One<CallbackKept>();
        Assert.Contains("2 callers", callbacks.Send(Keep("c4", "+15550113")).One<CallbackRefused>().Why, StringComparison.Ordinal);
        callbacks.Send(new DropCallback("c1"), Keep("c4", "+15550113")).One<CallbackKept>();
    }

    private static KeepCallback Keep(string id, string caller) =>
        new(new PendingCallback(id, new CallOffer { Trunk = "carrier", Caller = caller, Dialled = "100", Destination = "queue:support", ReceivedAt = Start, SipCallId = id }, Start, 1, Start.AddHours(1)), 2);
}
