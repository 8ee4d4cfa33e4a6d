using System.Text;
using CallCluster.Edge.Naming;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Edge.Tests.Naming;

public sealed class PeerTokensTests
{
    private const string Replaces = "call2@x;to-tag=theirs;from-tag=phone";
    private static readonly SipUri Here = SipUri.Parse("sip:x@192.0.2.1:5060");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 27, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Another_edge_with_the_same_key_believes_it()
    {
        var token = Edge("key").Make("alice;x", "call1", "tag1", Replaces, Here);
        Assert.Equal("alice;x", Edge("key").AgentOf(Invite(token), Here));
        Assert.Equal("bob", Edge("key").AgentOf(Invite(Edge("key").Make("bob", "call1", "tag1", "queue%3Asales", Here), replaces: null, user: "queue%3Asales"), Here));
    }

    [Fact]
    public void Nobody_else_does()
    {
        var token = Edge("key").Make("alice", "call1", "tag1", Replaces, Here);
        Assert.Null(Edge("other key").AgentOf(Invite(token), Here));
        Assert.Null(Edge("key").AgentOf(Invite(token, callId: "call3"), Here));
        Assert.Null(Edge("key").AgentOf(Invite(token, tag: "tag3"), Here));
        Assert.Null(Edge("key").AgentOf(Invite(token, replaces: "call3@x;to-tag=theirs;from-tag=phone"), Here));
        Assert.Null(Edge("key").AgentOf(Invite(token, replaces: null), Here));
        Assert.Null(Edge("key").AgentOf(Invite(token.Replace("alice", "bob", StringComparison.Ordinal)), Here));
        Assert.Null(Edge("key").AgentOf(Invite("1;2"), Here));
        Assert.Null(Edge("key").AgentOf(Invite($"{token}, {token}"), Here));
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(61, false)]
    [InlineData(-59, true)]
    [InlineData(-61, false)]
    public void It_is_good_for_a_minute_by_clocks_that_differ_by_as_much(int seconds, bool good)
    {
        var token = new PeerTokens(Encoding.UTF8.GetBytes("key"), new FakeTimeProvider(_clock.GetUtcNow())).Make("alice", "call1", "tag1", Replaces, Here);
        var there = new PeerTokens(Encoding.UTF8.GetBytes("key"), new FakeTimeProvider(_clock.GetUtcNow().AddSeconds(seconds)));
        Assert.Equal(good ? "alice" : null, there.AgentOf(Invite(token), Here));
    }

    [Fact]
    public void It_is_good_once_and_at_the_edge_that_it_was_made_for()
    {
        var token = Edge("key").Make("alice", "call1", "tag1", Replaces, Here);
        Assert.Null(Edge("key").AgentOf(Invite(token), SipUri.Parse("sip:192.0.2.2:5060")));
        Assert.Null(Edge("key").AgentOf(Invite(token), SipUri.Parse("sip:192.0.2.1:5070")));
        var edge = Edge("key");
        Assert.Equal("alice", edge.AgentOf(Invite(token), Here));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(edge.AgentOf(Invite(token), Here));
    }

    [Fact]
    public void No_more_are_remembered_than_there_is_room_for_and_that_is_free_again_when_they_expire()
    {
        var edge = Edge("key");
        string? Use(int call) => edge.AgentOf(Invite(edge.Make("alice", $"{call}", "tag1", Replaces, Here), callId: $"{call}"), Here);
        Assert.All(Enumerable.Range(0, 10_000), call => Assert.Equal("alice", Use(call)));
        Assert.Null(Use(10_000));
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("alice", Use(10_001));
    }

    private PeerTokens Edge(string key) => new(Encoding.UTF8.GetBytes(key), _clock);

    private static SipRequest Invite(string token, string callId = "call1", string tag = "tag1", string? replaces = Replaces, string user = "x")
    {
        var text = $"INVITE sip:{user}@edge SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag={tag}\r\nTo: <sip:c@d>\r\nCall-ID: {callId}\r\nCSeq: 1 INVITE\r\n" +
            $"{PeerTokens.Header}: {token}\r\n{(replaces is null ? "" : $"Replaces: {replaces}\r\n")}Content-Length: 0\r\n\r\n";
        return (SipRequest)SipParser.Parse(Encoding.ASCII.GetBytes(text)).Message!;
    }
}
