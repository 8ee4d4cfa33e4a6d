namespace CallCluster.Media.Tests.Engine;

/// <summary>The same behaviour on managed sockets, as it is on systems without epoll.</summary>
public sealed class PortableRelayTests : EngineTest
{
    [Fact]
    public void Audio_keys_and_prompts_work_without_epoll()
    {
        Options = Options with { Portable = true };
        var alice = Peer(1);
        var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob));
        alice.Send(a.LocalPort, RtpPacket.Event('3', 1, 1, 160));
        Assert.Equal("digit 3", NextTold());
        a.Bridge(b);
        Settle(a, b);
        for (var i = 0; i < 10; i++)
        {
            var sent = bob.SendAudio(b.LocalPort);
            Assert.Equal(sent.Payload, alice.Receive().Payload);
        }
        b.Play([Media.Prompts.Tones.Beep]);
        Assert.Equal(160, bob.Receive().Payload.Length);
    }
}
