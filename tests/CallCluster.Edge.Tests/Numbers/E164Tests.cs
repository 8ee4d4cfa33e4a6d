using CallCluster.Edge.Numbers;

namespace CallCluster.Edge.Tests.Numbers;

public sealed class E164Tests
{
    [Theory]
    [InlineData("+1-202-555-0123", null, "+12025550123")]
    [InlineData("+1(202)555.0123", "DE", "+12025550123")]
    [InlineData("+12025550123;npdi;rn=+12025550000", null, "+12025550123")]
    [InlineData("2025550123", "US", "+12025550123")]
    [InlineData("12025550123", "US", "+12025550123")]
    [InlineData("011442079460123", "US", "+442079460123")]
    [InlineData("02079460123", "GB", "+442079460123")]
    [InlineData("00442079460123", "DE", "+442079460123")]
    [InlineData("2025550123", null, "2025550123")]
    public void Numbers_become_E164_by_the_country_they_are_written_in(string written, string? country, string number) => Assert.Equal(number, E164.Normalize(written, country));

    [Theory]
    [InlineData("6000", "US")]
    [InlineData("6000", "DE")]
    [InlineData("911", "US")]
    [InlineData("support", "US")]
    [InlineData("a.b-c", "US")]
    [InlineData("*97", "US")]
    [InlineData("", "US")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345", "US")]
    public void Names_extensions_and_short_codes_stay_as_they_are(string written, string country) => Assert.Equal(written, E164.Normalize(written, country));

    [Fact]
    public void Countries_are_ISO_3166_codes()
    {
        Assert.True(E164.IsCountry("US"));
        Assert.False(E164.IsCountry("us"));
        Assert.False(E164.IsCountry("XX"));
    }
}
