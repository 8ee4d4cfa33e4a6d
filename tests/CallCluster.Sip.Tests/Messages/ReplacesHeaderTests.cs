using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Tests.Messages;

/// <summary>RFC 3891 §6.1.</summary>
public sealed class ReplacesHeaderTests
{
    [Theory]
    [InlineData("98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff", "98732@sip.example.com", "ff87ff", "r33th4x0r", false)]
    [InlineData("12adf2f34456gs5;to-tag=12345;from-tag=54321", "12adf2f34456gs5", "12345", "54321", false)]
    [InlineData("87134@171.161.34.23;to-tag=24796;from-tag=0", "87134@171.161.34.23", "24796", "0", false)]
    [InlineData("1@x ; From-Tag = 2 ;TO-TAG=3;early-only;other=4", "1@x", "3", "2", true)]
    public void Its_parts_are_read(string value, string callId, string toTag, string fromTag, bool earlyOnly)
    {
        Assert.True(ReplacesHeader.TryParse(value, out var replaces));
        Assert.Equal(new ReplacesHeader(new DialogId(callId, toTag, fromTag), earlyOnly), replaces);
        Assert.True(ReplacesHeader.TryParse(replaces.ToString(), out var again));
        Assert.Equal(replaces, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1@x")]
    [InlineData("1@x;to-tag=2")]
    [InlineData("1@x;to-tag=2;from-tag=")]
    [InlineData(";to-tag=2;from-tag=3")]
    [InlineData("1@x;to-tag=2;to-tag=4;from-tag=3")]
    [InlineData("1@x;to-tag=2;from-tag=3;early-only;early-only")]
    [InlineData("1@x;to-tag=2;from-tag=3;early-only=1")]
    [InlineData("1@x;to-tag=2;from-tag=3, 4@x;to-tag=5;from-tag=6")]
    [InlineData("1@x;to-tag=2;from-tag=3\r\nX: y")]
    [InlineData("1 x;to-tag=2;from-tag=3")]
    public void What_names_no_dialog_is_refused(string? value) => Assert.False(ReplacesHeader.TryParse(value, out _));
}
