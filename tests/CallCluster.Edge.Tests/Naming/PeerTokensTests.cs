using System.Text;
using CallCluster.Edge.Naming;
using CallCluster.Sip.Messages;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Edge.Tests.Naming;

public sealed class PeerTokensTests
{
    private const string Replaces = "call2@x;to-tag=theirs;from-tag=phone";
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 27, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Another_edge_with_the_same_key_believes_it()
    {
        var token = Edge("key").Make("alice;x", "call1", "tag1", Replaces);
        Assert.Equal("alice;x", Edge("key").AgentOf(Invite(token)));
        Assert.Equal("bob", Edge("key").AgentOf(Invite(Edge("key").Make("bob", "call1", "tag1", "queue%3Asales"), replaces: null, user: "queue%3Asales")));
    }

    [Fact]
    public void Nobody_else_does()
    {
        var token = Edge("key").Make("alice", "call1", "tag1", Replaces);
        Assert.Null(Edge("other key").AgentOf(Invite(token)));
        Assert.Null(Edge("key").AgentOf(Invite(token, callId: "call3")));
        Assert.Null(Edge("key").AgentOf(Invite(token, tag: "tag3")));
        Assert.Null(Edge("key").AgentOf(Invite(token, replaces: "call3@x;to-tag=theirs;from-tag=phone")));
        Assert.Null(Edge("key").AgentOf(Invite(token, replaces: null)));
        Assert.Null(Edge("key").AgentOf(Invite(token.Replace("alice", "bob", StringComparison.Ordinal))));
        Assert.Null(Edge("key").AgentOf(Invite("1;2")));
        Assert.Null(Edge("key").AgentOf(Invite($"{token}, {token}")));
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(61, false)]
    [InlineData(-59, true)]
    [InlineData(-61, false)]
    public void It_is_good_for_a_minute_by_clocks_that_differ_by_as_much(int seconds, bool good)
    {
        var token = new PeerTokens(Encoding.UTF8.GetBytes("key"), new FakeTimeProvider(_clock.GetUtcNow())).Make("alice", "call1", "tag1", Replaces);
        var there = new PeerTokens(Encoding.UTF8.GetBytes("key"), new FakeTimeProvider(_clock.GetUtcNow().AddSeconds(seconds)));
        Assert.Equal(good ? "alice" : null, there.AgentOf(Invite(token)));
    }

    private PeerTokens Edge(string key) => new(Encoding.UTF8.GetBytes(key), _clock);

    private static SipRequest Invite(string token, string callId = "call1", string tag = "tag1", string? replaces = Replaces, string user = "x")
    {
        var text = $"INVITE sip:{user}@edge SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag={tag}\r\nTo: <sip:c@d>\r\nCall-ID: {callId}\r\nCSeq: 1 INVITE\r\n" +
            $"{PeerTokens.Header}: {token}\r\n{(replaces is null ? "" : $"Replaces: {replaces}\r\n")}Content-Length: 0\r\n\r\n";
        return (SipRequest)SipParser.Parse(Encoding.ASCII.GetBytes(text)).Message!;
    }
}
