using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Tests.Configuration;

public sealed class OutboundOptionsTests
{
    private static readonly OutboundOptions Rules = new()
    {
        Allow = ["+1", "+4420", "partner.example"],
        Routes =
        [
            new() { Prefix = "+1", Trunks = ["carrier", "backup"] },
            new() { Prefix = "+1900", Trunks = ["premium"] },
            new() { Prefix = "4", Trunks = ["pbx"] },
            new() { Domain = "partner.example", Trunks = ["pbx"] },
        ],
    };

    [Theory]
    [InlineData("tel:+15550100", true)]
    [InlineData("tel:+442079460123", true)]
    [InlineData("tel:+443069990123", false)]
    [InlineData("tel:15550100", false)]
    [InlineData("tel:+", false)]
    [InlineData("tel:+1555;isub=1", false)]
    [InlineData("tel:+1555,,9011", false)]
    [InlineData("tel:+1555 0100", false)]
    [InlineData("tel:+123456789012345678901234567890123", false)]
    [InlineData("sip:desk@partner.example", true)]
    [InlineData("sip:desk@PARTNER.example:5070;transport=tcp", true)]
    [InlineData("sip:desk@partner.example.evil.example", false)]
    [InlineData("sip:desk@evil.example?x=@partner.example.evil", false)]
    [InlineData("sip:partner.example@evil.example", false)]
    [InlineData("sip:partner.example", false)]
    [InlineData("sip:@partner.example", false)]
    [InlineData("sip:+15550100@evil.example", false)]
    [InlineData("queue:support", false)]
    public void Only_what_Allow_names_may_be_dialled(string destination, bool allowed) => Assert.Equal(allowed, Rules.Allows(Destination.Parse(destination)));

    [Fact]
    public void Without_Allow_nothing_may_be_dialled() => Assert.False(new OutboundOptions().Allows(Destination.Parse("tel:+15550100")));

    [Theory]
    [InlineData("tel:+15550100", "carrier,backup")]
    [InlineData("tel:+19005550100", "premium")]
    [InlineData("tel:4711", "pbx")]
    [InlineData("tel:+4711", "")]
    [InlineData("sip:desk@partner.example", "pbx")]
    [InlineData("sip:desk@other.example", "")]
    public void The_route_with_the_longest_prefix_is_taken(string destination, string trunks) =>
        Assert.Equal(trunks, string.Join(',', Rules.TrunksFor(Destination.Parse(destination))));
}
