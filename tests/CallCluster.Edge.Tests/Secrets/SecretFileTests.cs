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
    public void One_that_is_too_short_is_refused_and_told_of_once_and_the_former_is_kept()
    {
        File.WriteAllText(Path, "long enough");
        var refused = new List<string>();
        var secret = new SecretFile(Path, _clock, shortest: 8, refused.Add);
        Assert.Equal("long enough", secret.Value);

        File.WriteAllText(Path, "short");
        File.SetLastWriteTimeUtc(Path, DateTime.UnixEpoch);
        for (var look = 0; look < 3; look++)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal(("long enough", null), (secret.Value, secret.Former(TimeSpan.FromHours(1))));
        }

        Assert.Equal(["holds fewer than 8 characters"], refused);
        File.WriteAllText(Path, "long enough too");
        File.SetLastWriteTimeUtc(Path, DateTime.UnixEpoch.AddHours(1));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("long enough too", secret.Value);
        Assert.Equal("holds fewer than 16 characters", SecretFile.Fault(Path, shortest: 16));
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
