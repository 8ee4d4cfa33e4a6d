using System.Net;
using CallCluster.Media.Ice;
using CallCluster.Media.Rtp;
using CallCluster.Media.Stun;

namespace CallCluster.Media.Tests.Ice;

public sealed class IceLiteAgentTests
{
    private static readonly IceParameters Ice = new("ours", "our-password-of-22-chars", "theirs");
    private readonly IceLiteAgent _agent = new(Ice);
    private readonly PeerAddress _from = PeerAddress.From(IPEndPoint.Parse("198.51.100.7:4000"));
    private readonly byte[] _answer = new byte[2048];

    [Fact]
    public void A_check_is_answered_and_the_nomination_noticed()
    {
        Assert.Equal(IceCheck.Valid, Examine(IceChecker.Check(Ice)));
        Assert.Equal(IceCheck.Nominated, Examine(IceChecker.Check(Ice, nominate: true)));
        Assert.True(StunMessage.TryParse(_answer.AsSpan(0, _length), out var answer));
        Assert.Equal(StunClass.Success, answer.Class);
        Assert.True(answer.TryReadMappedAddress(out var mapped));
        Assert.Equal(_from, mapped);
    }

    [Fact]
    public void Strangers_get_no_answer()
    {
        byte[][] checks =
        [
            IceChecker.Check(Ice, username: "theirs:ours"),
            IceChecker.Check(Ice, username: "ours"),
            IceChecker.Check(Ice, password: "another-password-of-22"),
            [.. IceChecker.Check(Ice)[..^8]], // no fingerprint, and so a wrong length
            IceChecker.Check(new IceParameters("old", Ice.LocalPassword, "theirs")), // before a restart
            "\0\u0001"u8.ToArray(),
        ];
        Assert.All(checks, check =>
        {
            Assert.Equal(IceCheck.Refused, Examine(check));
            Assert.Equal(0, _length);
        });
    }

    [Fact]
    public void A_check_without_fingerprint_is_refused()
    {
        var check = IceChecker.Check(Ice)[..^8];
        check[3] -= 8;
        Assert.Equal(IceCheck.Refused, Examine(check));
    }

    [Fact]
    public void A_peer_that_is_controlled_too_is_told_to_change()
    {
        Assert.Equal(IceCheck.Settled, Examine(IceChecker.Check(Ice, role: StunAttribute.IceControlled, nominate: true)));
        Assert.Equal(487, ErrorCode());
    }

    [Fact]
    public void A_check_that_wants_what_is_not_known_is_refused_with_420()
    {
        Assert.Equal(IceCheck.Settled, Examine(IceChecker.Check(Ice, unknown: 0x7001, nominate: true)));
        Assert.Equal(420, ErrorCode());
        Assert.Equal(IceCheck.Nominated, Examine(IceChecker.Check(Ice, unknown: 0xC057, nominate: true)));
    }

    [Fact]
    public void A_check_that_comes_again_from_elsewhere_is_refused()
    {
        var check = IceChecker.Check(Ice, nominate: true);
        Assert.Equal(IceCheck.Nominated, Examine(check));
        Assert.Equal(IceCheck.Nominated, Examine(check)); // the peer repeats it as long as no answer comes
        Assert.Equal(IceCheck.Refused, _agent.Examine(check, PeerAddress.From(IPEndPoint.Parse("198.51.100.7:4001")), _answer, out var length));
        Assert.Equal(0, length);
    }

    private int _length;

    private IceCheck Examine(byte[] datagram) => _agent.Examine(datagram, _from, _answer, out _length);

    private int ErrorCode()
    {
        Assert.True(StunMessage.TryParse(_answer.AsSpan(0, _length), out var answer));
        Assert.Equal(StunClass.Error, answer.Class);
        return answer.ReadErrorCode();
    }
}
