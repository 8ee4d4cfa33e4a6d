using CallCluster.Contracts.Closures;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Closures;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Tests.Closures;

public sealed class ClosureMachineTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_closure_is_stored_and_told_and_told_again_when_asked_also_after_a_restart()
    {
        var machine = new ClosureMachine("support", null);
        var effects = new Effects();
        machine.Set(true, "fire alarm", Start, effects);
        Assert.True(effects.MustPersist);
        var told = Assert.IsType<ClosureChanged>(Assert.Single(effects.List).Payload);
        Assert.Equal((true, "fire alarm", "support"), (told.Closed, told.Reason, effects.List[0].Key));
        Assert.Equal(Start, machine.State.Closure.Since);

        effects.Reset();
        new ClosureMachine("support", machine.State).Handle(new TellClosure(), Start, effects);
        Assert.Equal(told, Assert.Single(effects.List).Payload);
    }

    [Fact]
    public void Each_change_has_a_higher_version_than_what_a_lost_state_could_have_had()
    {
        var machine = new ClosureMachine("support", null);
        machine.Set(true, "fire alarm", Start, new Effects());
        var closed = machine.State.Version;
        machine.Set(false, null, Start, new Effects());
        Assert.True(machine.State.Version > closed);
        Assert.True(closed >= Start.UtcTicks);
    }

    [Fact]
    public void What_could_not_be_read_is_not_told()
    {
        var effects = new Effects();
        var machine = new ClosureMachine("support", null, askAgainAt: Start.AddSeconds(5));
        machine.Handle(new TellClosure(), Start, effects);
        Assert.Empty(effects.List);
        Assert.Equal(Start.AddSeconds(5), machine.NextDue);
    }

    [Fact]
    public void What_is_set_while_the_store_cannot_be_read_holds_at_once_and_is_stored_when_it_can()
    {
        var blind = new ClosureMachine("support", null, askAgainAt: Start);
        var effects = new Effects();
        blind.Set(true, "fire alarm", Start, effects);
        Assert.False(effects.MustPersist);
        var told = Assert.IsType<ClosureChanged>(Assert.Single(effects.List).Payload);
        Assert.True(told.Closed);
        effects.Reset();
        blind.Handle(new TellClosure(), Start, effects);
        Assert.Equal(told, Assert.Single(effects.List).Payload);

        // The store held an older word.
        effects.Reset();
        var older = new ClosureState { Closure = new Closure(false, null, Start.AddHours(-1)), Version = Start.AddHours(-1).UtcTicks };
        var read = new ClosureMachine("support", older);
        read.Keep(blind.State, effects);
        Assert.True(effects.MustPersist);
        Assert.Equal((told, "fire alarm"), (Assert.Single(effects.List).Payload, read.State.Closure.Reason));

        // Another silo has opened it since.
        effects.Reset();
        var newer = new ClosureMachine("support", new ClosureState { Closure = new Closure(false, null, Start.AddSeconds(1)), Version = Start.AddSeconds(1).UtcTicks });
        newer.Keep(blind.State, effects);
        Assert.False(effects.MustPersist || newer.State.Closure.Closed);
    }
}
