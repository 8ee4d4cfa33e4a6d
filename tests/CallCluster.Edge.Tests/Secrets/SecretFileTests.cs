using CallCluster.Edge.Secrets;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Edge.Tests.Secrets;

public sealed class SecretFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("callcluster-edge-").FullName;
    private readonly FakeTimeProvider _clock = new();

    private string Path => System.IO.Path.Combine(_directory, "s");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Is_read_again_when_the_file_changes_and_kept_while_it_is_away()
    {
        File.WriteAllText(Path, "one\n");
        var secret = new SecretFile(Path, _clock);
        Assert.Equal("one", secret.Value);

        File.WriteAllText(Path, "two");
        File.SetLastWriteTimeUtc(Path, DateTime.UnixEpoch);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("two", secret.Value);

        File.WriteAllText(Path, ""); // in the middle of being written
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("two", secret.Value);

        File.Delete(Path);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("two", secret.Value);
    }

    [Fact]
    public void What_a_change_replaced_counts_for_the_overlap()
    {
        File.WriteAllText(Path, "one");
        var secret = new SecretFile(Path, _clock);
        Assert.Equal(("one", null), (secret.Value, secret.Former(TimeSpan.FromMinutes(1))));

        File.WriteAllText(Path, "two");
        File.SetLastWriteTimeUtc(Path, DateTime.UnixEpoch);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(("two", "one"), (secret.Value, secret.Former(TimeSpan.FromMinutes(1))));
        Assert.Null(secret.Former(TimeSpan.Zero));

        File.SetLastWriteTimeUtc(Path, DateTime.UnixEpoch.AddHours(1)); // written again, the same
        _clock.Advance(TimeSpan.FromSeconds(57));
        Assert.Equal(("two", "one"), (secret.Value, secret.Former(TimeSpan.FromMinutes(1))));
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(("two", null), (secret.Value, secret.Former(TimeSpan.FromMinutes(1))));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \n", "is empty")]
    [InlineData("a\nb", "holds more than one line")]
    [InlineData("\nsecret\n", null)]
    public void Says_why_a_file_holds_no_secret(string text, string? fault)
    {
        File.WriteAllText(Path, text);
        Assert.Equal(fault, SecretFile.Fault(Path));
    }
}
