using System.Text;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Calls;
using CallCluster.Edge.Naming;
using CallCluster.Edge.Tests.Support;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Tests.Legs;

/// <summary>What happens between the admission of an INVITE with Replaces and its answer, and by what it is negotiated.</summary>
public sealed class ReplacingTests
{
    private static readonly string OtherCall = new('a', 32);

    [Fact]
    public async Task A_leg_that_is_hung_up_meanwhile_is_over_and_its_end_is_told()
    {
        await using var bench = await EdgeBench.Start();
        await using var trunk = await SipPeer.Start();
        var (caller, call) = await bench.Answered(trunk);
        PeerCall other;
        using (Hold(call))
        {
            bench.Tell(call.Id, new HangUp(0, 480, null));
            other = Replace(bench, trunk, caller);
            await IsAdmitted(bench, call, other);
        }

        Assert.Equal(603, (await other.Final).Status);
        Assert.Equal(0, (await bench.Next<LegEnded>()).Event.Leg);
    }

    [Fact]
    public async Task Of_two_who_take_the_same_dialogs_place_the_second_is_refused()
    {
        await using var bench = await EdgeBench.Start();
        await using var trunk = await SipPeer.Start();
        var (caller, call) = await bench.Answered(trunk);
        PeerCall second, third;
        using (Hold(call))
        {
            second = Replace(bench, trunk, caller);
            await IsAdmitted(bench, call, second);
            third = Replace(bench, trunk, caller);
            await IsAdmitted(bench, call, third);
        }

        Assert.Equal((200, 603), ((await second.Final).Status, (await third.Final).Status));
    }

    [Fact]
    public async Task The_new_dialog_has_the_media_that_its_sender_may_have_now()
    {
        await using var bench = await EdgeBench.Start();
        await using var trunk = await SipPeer.Start();
        var (caller, _) = await bench.Answered(trunk);
        bench.Current = bench.Current with { Trunks = new Dictionary<string, TrunkOptions> { ["carrier"] = bench.Current.Trunks["carrier"] with { Codecs = ["PCMA"] } } };
        var (status, response) = await Replace(bench, trunk, caller, isLateOffer: true).Final;
        Assert.Equal(200, status);
        var offer = Encoding.ASCII.GetString(response!.SessionDescription.Span);
        Assert.Contains("PCMA", offer, StringComparison.Ordinal);
        Assert.DoesNotContain("PCMU", offer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_edge_does_not_replace_a_phone_that_rings()
    {
        await using var bench = await EdgeBench.Start();
        await using var peer = await SipPeer.Start();
        var (_, call) = await bench.Answered(peer);
        bench.Tell(call.Id, new Originate(1, $"sip:alice@{peer.Address}", "alice", "offer", "1", null, null));
        var phone = await EdgeBench.Next(peer.Calls);
        Assert.True(phone.Session.Progress(180));
        await bench.Next<LegRinging>();

        var replaces = ReplacesHeader.TryParse(phone.Replaces, out var parsed) ? parsed.ToString() : "";
        var tag = bench.Edge.Names.Tag(OtherCall, 0);
        var token = bench.Edge.PeerTokens.Make("alice", "their-call", tag, replaces, bench.Uri("x"));
        var other = peer.Invite(bench.Uri("x"), "their-call", tag, headers: [(HeaderNames.Replaces, replaces), (PeerTokens.Header, token)]);
        Assert.Equal(481, (await other.Final).Status);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(487)]
    public async Task A_dialog_that_shall_replace_the_agents_is_given_up_when_the_transfer_comes_to_another_end(int end)
    {
        await using var bench = await EdgeBench.Start();
        await using var peer = await SipPeer.Start();
        await using var otherEdge = await SipPeer.Start();
        bench.Cluster.OtherEdge = $"sip:{otherEdge.Address}";
        var (_, call) = await bench.Answered(peer);
        var phone = await bench.AliceAnswers(call, peer);
        Assert.Equal(202, await phone.Send(SipMethods.Refer, null, (HeaderNames.ReferTo, bench.ReferTo(OtherCall))));
        await bench.Next<ReplacementAsked>();
        bench.Tell(call.Id, new ReplaceLeg(1));
        var successor = await EdgeBench.Next(otherEdge.Calls);
        bench.Tell(call.Id, new TellTransfer(1, end));
        Assert.Equal(SessionEndCause.Cancelled, await successor.Ended);
    }

    [Fact]
    public async Task An_agent_who_goes_on_at_another_phone_can_transfer_from_there_at_once()
    {
        await using var bench = await EdgeBench.Start();
        await using var peer = await SipPeer.Start();
        var (_, call) = await bench.Answered(peer);
        var desk = await bench.AliceAnswers(call, peer);
        var refer = (HeaderNames.ReferTo, bench.ReferTo(OtherCall));
        Assert.Equal(202, await desk.Send(SipMethods.Refer, null, refer));
        // From now on loopback is no trunk, and asked for a password.
        bench.Current = bench.Current with { Trunks = new Dictionary<string, TrunkOptions>() };
        var mobile = peer.Invite(bench.Uri("x"), credentials: new DigestClient("alice", "wonderland"), headers: (HeaderNames.Replaces, desk.Replaces));
        Assert.Equal(200, (await mobile.Final).Status);
        await bench.Next<LegReplaced>();
        Assert.Equal(202, await mobile.Send(SipMethods.Refer, null, refer));
    }

    private static PeerCall Replace(EdgeBench bench, SipPeer trunk, PeerCall replaced, bool isLateOffer = false) =>
        trunk.Invite(bench.Uri("x"), Guid.NewGuid().ToString(), isLateOffer: isLateOffer, headers: (HeaderNames.Replaces, replaced.Replaces));

    /// <summary>What is posted to the call waits until this is disposed.</summary>
    private static Released Hold(EdgeCall call)
    {
        var gate = new ManualResetEventSlim();
        call.Post(() => gate.Wait(EdgeBench.Patience));
        return new Released(gate);
    }

    private static async Task IsAdmitted(EdgeBench bench, EdgeCall call, PeerCall invite)
    {
        using var patience = new CancellationTokenSource(EdgeBench.Patience);
        while (bench.Edge.Sip.FindSession(new DialogId(invite.Session.CallId, bench.Edge.Names.Tag(call.Id, 0), invite.Session.LocalTag)) is null)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class Released(ManualResetEventSlim gate) : IDisposable
    {
        public void Dispose() => gate.Set();
    }
}
