using CallCluster.Host.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Host.Tests.Configuration;

public sealed class SecretFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Is_read_again_when_the_file_changes_and_kept_while_it_is_away()
    {
        var clock = new FakeTimeProvider();
        var file = _directory.Write("s", "one\n");
        var secret = new SecretFile(file, clock);
        Assert.Equal("one", secret.Value);

        _directory.Write("s", "two");
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("two", secret.Value);

        _directory.Write("s", ""); // in the middle of being written
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("two", secret.Value);

        File.Delete(file);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("two", secret.Value);
    }
}
