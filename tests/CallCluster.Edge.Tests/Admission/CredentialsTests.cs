using CallCluster.Edge.Admission;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Edge.Tests.Admission;

public sealed class CredentialsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly Credentials _credentials = new(new FakeTimeProvider(), TimeSpan.FromMinutes(1));

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_blank_line_before_the_password_is_no_password()
    {
        File.WriteAllText(_file, "\nsecret\n");
        Assert.Equal("secret", _credentials.Password(_file));
    }

    [Fact]
    public void An_empty_file_or_none_lets_nobody_in()
    {
        Assert.Null(_credentials.Password(_file));
        Assert.Null(_credentials.Password(_file + ".missing"));
        Assert.Null(_credentials.Password(null));
        Assert.Null(_credentials.Former(_file));
        Assert.Null(_credentials.Former(null));
    }
}
