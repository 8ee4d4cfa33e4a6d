using System.Net;
using System.Net.Sockets;
using CallCluster.Contracts.Calls;
using CallCluster.Edge.Calls;
using CallCluster.Edge.Tests.Support;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Tests.Legs;

/// <summary>Alice asks to leave one call to another, and her phone hangs up both as soon as her REFER is accepted.</summary>
public sealed class KeepingTests
{
    [Fact]
    public async Task Whoever_she_has_asked_is_joined_with_the_caller_all_the_same()
    {
        await using var bench = await EdgeBench.Start();
        await using var peer = await SipPeer.Start();
        var (call, other) = await HangsUpBoth(bench, peer);
        bench.Tell(call.Id, new ReplaceLeg(1));
        var replaced = new[] { await EdgeBench.Next(bench.Cluster.Events), await EdgeBench.Next(bench.Cluster.Events) };
        Assert.Contains((other.Id, new LegReplaced(1, $"call:{call.Id}")), replaced);
        Assert.Contains((call.Id, new LegReplaced(1, $"call:{other.Id}")), replaced);
        Assert.Equal(LegState.Answered, call.Find(1)!.State);
        Assert.Equal(LegState.Answered, other.Find(1)!.State);
    }

    [Fact]
    public async Task When_nothing_comes_of_it_she_has_hung_up_both()
    {
        await using var bench = await EdgeBench.Start();
        await using var peer = await SipPeer.Start();
        var (call, other) = await HangsUpBoth(bench, peer);
        bench.Tell(call.Id, new TellTransfer(1, 487));
        var ended = new[] { await EdgeBench.Next(bench.Cluster.Events), await EdgeBench.Next(bench.Cluster.Events) };
        Assert.Equal(new[] { call.Id, other.Id }.Order(), ended.Select(told => told.CallId).Order());
        Assert.All(ended, told => Assert.Equal(LegEndCause.RemoteHangup, Assert.IsType<LegEnded>(told.Event).Cause));
    }

    [Fact]
    public async Task A_leg_that_waits_is_hung_up_with_its_call_and_then_nobody_takes_it_over()
    {
        await using var bench = await EdgeBench.Start();
        await using var peer = await SipPeer.Start();
        var (call, other) = await HangsUpBoth(bench, peer);
        bench.Tell(other.Id, new HangUp(1, 200, null));
        Assert.Equal(other.Id, (await bench.Next<LegEnded>()).CallId);
        bench.Tell(call.Id, new ReplaceLeg(1));
        Assert.Equal(call.Id, (await bench.Next<LegEnded>()).CallId);
    }

    [Fact]
    public async Task Another_edge_hears_of_it_before_the_REFER_is_accepted_and_when_it_is_over()
    {
        await using var bench = await EdgeBench.Start();
        await using var peer = await SipPeer.Start();
        var (_, call) = await bench.Answered(peer);
        var phone = await bench.AliceAnswers(call, peer);
        var (elsewhere, isKept) = (new string('a', 32), new TaskCompletionSource());
        bench.Cluster.LegsAreKept = isKept.Task;
        var refer = phone.Send(SipMethods.Refer, null, (HeaderNames.ReferTo, bench.ReferTo(elsewhere)));
        Assert.Equal((elsewhere, 0, "alice", true), await EdgeBench.Next(bench.Cluster.Kept));
        Assert.Equal((elsewhere, 0, "alice", true), await EdgeBench.Next(bench.Cluster.Kept));
        Assert.False(refer.IsCompleted);
        isKept.SetResult();
        Assert.Equal(202, await refer);
        await bench.Next<ReplacementAsked>();
        bench.Tell(call.Id, new TellTransfer(1, 487));
        (string CallId, int Leg, string Agent, bool Keep) told;
        do told = await EdgeBench.Next(bench.Cluster.Kept);
        while (told.Keep);
        Assert.Equal((elsewhere, 0, "alice", false), told);
    }

    [Fact]
    public async Task The_grain_hears_when_the_leg_is_kept()
    {
        await using var bench = await EdgeBench.Start();
        await using var peer = await SipPeer.Start();
        var (_, call) = await bench.Answered(peer);
        var phone = await bench.AliceAnswers(call, peer);
        bench.Tell(call.Id, new KeepLeg(1, Keep: true));
        Assert.Equal((call.Id, new LegKept(1)), await bench.Next<LegKept>());
        phone.Session.Bye();
        Assert.Equal(481, await peer.SendAfterBye(phone, SipMethods.Notify, SipPeer.Sdp, (HeaderNames.Event, "refer")));
        Assert.False(bench.Cluster.Events.Reader.TryRead(out _));
        bench.Tell(call.Id, new KeepLeg(1, Keep: false));
        Assert.Equal(LegEndCause.RemoteHangup, (await bench.Next<LegEnded>()).Event.Cause);
    }

    [Fact]
    public async Task Where_her_phone_was_nothing_is_sent_any_more_while_the_leg_waits()
    {
        await using var bench = await EdgeBench.Start();
        await using var peer = await SipPeer.Start();
        using var ear = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var mouth = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var (_, call) = await bench.Answered(peer);
        var phone = await bench.AliceAnswers(call, peer, SipPeer.SdpAt(((IPEndPoint)ear.Client.LocalEndPoint!).Port));
        bench.Tell(call.Id, new BridgeLegs(0, 1), new KeepLeg(1, Keep: true));
        await bench.Next<LegKept>();
        var sequence = 0;
        await Becomes(hears: true);
        phone.Session.Bye();
        await Becomes(hears: false);

        // Until the caller has said ten packets that the edge took, and the phone heard some of them or none.
        async Task Becomes(bool hears)
        {
            var media = call.Find(0)!.Media!;
            using var limit = new CancellationTokenSource(EdgeBench.Patience);
            for (var heard = !hears; heard != hears;)
            {
                for (var taken = media.Statistics.PacketsReceived + 10; media.Statistics.PacketsReceived < taken; await Task.Delay(5, limit.Token))
                    await mouth.SendAsync((byte[])[0x80, 0, (byte)(++sequence >> 8), (byte)sequence, 0, 0, 0, 0, 1, 2, 3, 4, .. new byte[160]], new IPEndPoint(IPAddress.Loopback, media.LocalPort), limit.Token);
                for (heard = false; ear.Available > 0; heard = true) await ear.ReceiveAsync(limit.Token);
            }
        }
    }

    /// <summary>Two calls of the trunk with alice: she asks in the first to leave it to the second, and hangs up both.</summary>
    private static async Task<(EdgeCall Call, EdgeCall Other)> HangsUpBoth(EdgeBench bench, SipPeer peer)
    {
        var (_, call) = await bench.Answered(peer);
        var phone = await bench.AliceAnswers(call, peer);
        var (_, other) = await bench.Answered(peer);
        var asked = await bench.AliceAnswers(other, peer);
        Assert.Equal(202, await phone.Send(SipMethods.Refer, null, (HeaderNames.ReferTo, $"<{bench.Uri("x")}?Replaces={Uri.EscapeDataString(asked.Replaces)}>")));
        Assert.IsType<ReplacementAsked>((await EdgeBench.Next(bench.Cluster.Events)).Event);
        foreach (var hungUp in (PeerCall[])[asked, phone])
        {
            hungUp.Session.Bye();
            // What the edge answers after the BYE shows that it has taken it.
            Assert.Equal(481, await peer.SendAfterBye(hungUp, SipMethods.Notify, SipPeer.Sdp, (HeaderNames.Event, "refer")));
        }

        return (call, other);
    }
}
