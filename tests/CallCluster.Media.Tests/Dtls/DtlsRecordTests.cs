using CallCluster.Media.Dtls;

namespace CallCluster.Media.Tests.Dtls;

public sealed class DtlsRecordTests
{
    [Theory]
    [InlineData("16fefd 0000 000000000000 000e 01 000050 0000 000000 000002 fefd", true, "the beginning of a ClientHello")]
    [InlineData("16feff 0000 000000000000 000e 01 000050 0000 000000 000002 fefd", true, "the version of a first flight")]
    [InlineData("15fefd 0000 000000000005 0002 0228", true, "an alert")]
    [InlineData("14fefd 0000 000000000005 0001 01", true, "a change of cipher")]
    [InlineData("16fefd 0001 000000000000 0003 aabbcc", true, "whatever is encrypted")]
    [InlineData("17fefd 0001 000000000000 0003 aabbcc", true, "application data")]
    [InlineData("17fefd 0000 000000000000 0003 aabbcc", false, "application data in the clear")]
    [InlineData("160303 0000 000000000000 000e 01 000050 0000 000000 000002 fefd", false, "the version of TLS")]
    [InlineData("16fefd 0000 000000000000 000f 01 000050 0000 000000 000002 fefd", false, "longer than the datagram")]
    [InlineData("16fefd 0000 000000000000 000b 01 000050 0000 000000 0000", false, "shorter than a handshake header")]
    [InlineData("16fefd 0000 000000000000 000e 01 000050 0000 00004f 000002 fefd", false, "a piece behind the message's end")]
    [InlineData("16fefd 0000 000000000000 000e 01 000050 0000 000000 000003 fefd", false, "a piece longer than the record")]
    [InlineData("16fefd 0000 000000000000 000e 01 ffffff 0000 000000 000002 fefd", false, "a message of 16 MB")]
    [InlineData("15fefd 0000 000000000005 0003 022800", false, "an alert of three bytes")]
    [InlineData("16fefd 0000 0000000000", false, "half a header")]
    public void Only_what_could_belong_to_a_handshake_is_handed_on(string hexadecimal, bool plausible, string what) =>
        Assert.True(plausible == DtlsRecord.IsPlausible(Convert.FromHexString(hexadecimal.Replace(" ", "", StringComparison.Ordinal))), what);
}
