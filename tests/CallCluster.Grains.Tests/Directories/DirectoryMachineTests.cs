using CallCluster.Grains.Directories;

namespace CallCluster.Grains.Tests.Directories;

public sealed class DirectoryMachineTests
{
    private readonly DirectoryMachine _directory = new(null);

    [Fact]
    public void Ids_are_listed_once_and_newest_first()
    {
        Add("a", "b", "a", "c");
        Assert.Equal(["c", "b", "a"], _directory.List(10));
        Assert.Equal(["c", "b"], _directory.List(2));
        Assert.Empty(_directory.List(-1));
        new MachineUnderTest<DirectoryChange>(_directory).Send(new DirectoryChange("b", Listed: false));
        Assert.Equal(["c", "a"], _directory.List(10));
        Add("b");
        Assert.Equal(["b", "c", "a"], _directory.List(10));
    }

    [Fact]
    public void Only_so_many_are_kept()
    {
        Add([.. Enumerable.Range(0, DirectoryMachine.Limit + 5).Select(i => "t" + i)]);
        Assert.Equal(DirectoryMachine.Limit, _directory.List(int.MaxValue).Length);
        Assert.Equal("t5", _directory.List(int.MaxValue)[^1]);
    }

    [Fact]
    public void What_was_stored_is_listed_again()
    {
        Add("a", "b");
        Assert.Equal(["b", "a"], new DirectoryMachine(_directory.State).List(10));
    }

    private void Add(params string[] ids) => new MachineUnderTest<DirectoryChange>(_directory).Send([.. ids.Select(id => new DirectoryChange(id, Listed: true))]);
}
