using System.Net;
using System.Net.Sockets;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Phone.Tests;

/// <summary>How calls begin and end.</summary>
public sealed class CallTests
{
    [Theory]
    [InlineData(SipTransportProtocol.Udp)]
    [InlineData(SipTransportProtocol.Tcp)]
    public async Task A_call_rings_is_answered_and_hung_up_by_the_caller(SipTransportProtocol transport)
    {
        await using var pair = await PhonePair.StartAsync(transport: transport);
        var calling = pair.Alice.Dial(pair.BobsAddress);
        var called = await pair.Bob.WaitForCallAsync(pair.Limit);
        await calling.Ringing.WaitAsync(pair.Limit);
        Assert.False(calling.Answered.IsCompleted);
        await called.AnswerAsync(pair.Limit);
        await calling.Answered.WaitAsync(pair.Limit);
        Assert.Equal(calling.CallId, called.CallId);
        Assert.Contains("alice", called.Peer, StringComparison.Ordinal);

        Assert.Equal(SessionEndCause.LocalBye, (await calling.HangUpAsync(pair.Limit)).Cause);
        Assert.Equal(SessionEndCause.RemoteBye, (await called.Ended.WaitAsync(pair.Limit)).Cause);
        Assert.Equal([PhoneEventKind.Calling, PhoneEventKind.Ringing, PhoneEventKind.Answered, PhoneEventKind.Ended], calling.Timeline.Select(e => e.Kind));
        Assert.Equal([PhoneEventKind.Incoming, PhoneEventKind.Ringing, PhoneEventKind.Answered, PhoneEventKind.Ended], called.Timeline.Select(e => e.Kind));
        Assert.Empty(pair.Alice.Calls);
        Assert.Empty(pair.Bob.Calls);
    }

    [Fact]
    public async Task The_callee_can_hang_up()
    {
        await using var pair = await PhonePair.StartAsync();
        var (calling, called) = await pair.ConnectAsync();
        await called.HangUpAsync(pair.Limit);
        Assert.Equal(SessionEndCause.RemoteBye, (await calling.Ended.WaitAsync(pair.Limit)).Cause);
    }

    [Fact]
    public async Task A_phone_that_answers_by_itself_needs_no_script()
    {
        await using var pair = await PhonePair.StartAsync(bob: o => o with { Incoming = IncomingCalls.Answer });
        var call = await pair.Alice.CallAsync(pair.BobsAddress, cancellationToken: pair.Limit);
        Assert.True(call.Answered.IsCompletedSuccessfully);
        Assert.NotNull(call.Agreed);
    }

    [Fact]
    public async Task A_busy_phone_refuses_with_486()
    {
        await using var pair = await PhonePair.StartAsync(bob: o => o with { Incoming = IncomingCalls.Busy });
        var failure = await Assert.ThrowsAsync<PhoneCallFailedException>(() => pair.Alice.CallAsync(pair.BobsAddress, cancellationToken: pair.Limit));
        Assert.Equal((SessionEndCause.RemoteReject, 486), (failure.End!.Cause, failure.End.Status!.Value));
    }

    [Fact]
    public async Task A_script_can_refuse_with_any_status()
    {
        await using var pair = await PhonePair.StartAsync();
        var calling = pair.Alice.Dial(pair.BobsAddress);
        var called = await pair.Bob.WaitForCallAsync(pair.Limit);
        called.Reject(480, "Gone fishing");
        Assert.Equal(new PhoneCallEnd(SessionEndCause.RemoteReject, 480, "Gone fishing"), await calling.Ended.WaitAsync(pair.Limit));
        Assert.Equal((SessionEndCause.LocalReject, 480), await called.Ended.WaitAsync(pair.Limit) is var end ? (end.Cause, end.Status!.Value) : default);
        await Assert.ThrowsAsync<PhoneCallFailedException>(() => calling.Answered);
    }

    [Fact]
    public async Task The_caller_can_cancel_while_it_rings()
    {
        await using var pair = await PhonePair.StartAsync();
        var calling = pair.Alice.Dial(pair.BobsAddress);
        var called = await pair.Bob.WaitForCallAsync(pair.Limit);
        await calling.Ringing.WaitAsync(pair.Limit);
        calling.HangUp();
        Assert.Equal(SessionEndCause.Cancelled, (await calling.Ended.WaitAsync(pair.Limit)).Cause);
        Assert.Equal(SessionEndCause.Cancelled, (await called.Ended.WaitAsync(pair.Limit)).Cause);
        await Assert.ThrowsAsync<PhoneCallFailedException>(() => called.Answered);
    }

    [Fact]
    public async Task A_cancelled_token_cancels_the_call_that_nobody_answers()
    {
        await using var pair = await PhonePair.StartAsync(bob: o => o with { Incoming = IncomingCalls.Ignore });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(pair.Limit);
        var calling = pair.Alice.CallAsync(pair.BobsAddress, cancellationToken: patience.Token);
        var called = await pair.Bob.WaitForCallAsync(pair.Limit);
        Assert.False(called.Ringing.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        Assert.Equal(SessionEndCause.Cancelled, (await called.Ended.WaitAsync(pair.Limit)).Cause);
    }

    [Fact]
    public async Task A_callee_that_does_not_exist_is_408_or_503()
    {
        // A socket that is bound and never read: nobody else can take the port meanwhile.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var phone = await SipPhone.StartAsync(new SipPhoneOptions { T1 = TimeSpan.FromMilliseconds(10) }, TestContext.Current.CancellationToken);
        var end = await phone.Dial($"sip:nobody@{silent.LocalEndPoint}").Ended.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(new PhoneCallEnd(SessionEndCause.RemoteReject, 408), end);
    }

    [Fact]
    public async Task Without_a_common_codec_the_call_is_refused_with_488()
    {
        await using var pair = await PhonePair.StartAsync(o => o with { Codecs = [Sip.Sdp.AudioCodec.Pcmu] }, o => o with { Codecs = [Sip.Sdp.AudioCodec.Pcma] });
        var failure = await Assert.ThrowsAsync<PhoneCallFailedException>(() => pair.Alice.CallAsync(pair.BobsAddress, cancellationToken: pair.Limit));
        Assert.Equal(488, failure.End!.Status);
    }

    [Fact]
    public async Task A_late_offer_is_agreed_all_the_same()
    {
        await using var pair = await PhonePair.StartAsync();
        var (calling, called) = await pair.ConnectAsync(new CallOptions { LateOffer = true });
        Assert.True(called.Invite!.Body.IsEmpty);
        Assert.Equal(called.Agreed!.Codec, calling.Agreed!.Codec);
        Assert.Equal(pair.Alice.EndPoint.Address, called.Agreed.Remote.Address);
    }

    [Fact]
    public async Task A_carrier_speaks_for_any_caller_and_adds_headers()
    {
        await using var pair = await PhonePair.StartAsync();
        var call = pair.Alice.Dial(pair.BobsAddress, new CallOptions { From = "+15550111", DisplayName = "Ann \"A\" Smith", Headers = [("P-Asserted-Identity", "<sip:+15550111@carrier.example>")] });
        var called = await pair.Bob.WaitForCallAsync(pair.Limit);
        Assert.Equal("+15550111", called.Invite!.From.Uri.User);
        Assert.Equal("Ann \"A\" Smith", called.Invite.From.DisplayName);
        Assert.Equal("<sip:+15550111@carrier.example>", called.Invite["P-Asserted-Identity"]);
        call.HangUp();
    }

    [Fact]
    public async Task Hold_and_resume_change_the_direction_and_are_seen_by_the_peer()
    {
        await using var pair = await PhonePair.StartAsync();
        var (calling, called) = await pair.ConnectAsync();
        await calling.HoldAsync(pair.Limit);
        Assert.Equal(Sip.Sdp.MediaDirection.SendOnly, calling.Agreed!.Direction);
        Assert.Equal(Sip.Sdp.MediaDirection.RecvOnly, called.Agreed!.Direction);
        await called.HoldAsync(pair.Limit);
        Assert.Equal(Sip.Sdp.MediaDirection.Inactive, calling.Agreed!.Direction);
        await calling.ResumeAsync(pair.Limit);
        await called.ResumeAsync(pair.Limit);
        Assert.Equal(Sip.Sdp.MediaDirection.SendRecv, calling.Agreed!.Direction);
        Assert.Equal(Sip.Sdp.MediaDirection.SendRecv, called.Agreed!.Direction);
        Assert.Contains(called.Timeline, e => e.Kind == PhoneEventKind.Held);
        Assert.Equal(PhoneEventKind.Resumed, called.Timeline[^1].Kind);
    }

    [Fact]
    public async Task Many_calls_at_once_are_kept_apart()
    {
        await using var pair = await PhonePair.StartAsync(bob: o => o with { Incoming = IncomingCalls.Answer });
        var calls = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => pair.Alice.CallAsync(pair.BobsAddress, cancellationToken: pair.Limit)));
        Assert.Equal(20, calls.Select(c => c.CallId).Distinct().Count());
        Assert.Equal(20, pair.Bob.Calls.Count);
        await Task.WhenAll(calls.Select(c => c.HangUpAsync(pair.Limit)));
        Assert.Empty(pair.Alice.Calls);
    }

    [Fact]
    public async Task Disposing_a_phone_hangs_up_its_calls()
    {
        await using var pair = await PhonePair.StartAsync();
        var (_, called) = await pair.ConnectAsync();
        await pair.Alice.DisposeAsync();
        Assert.Equal(SessionEndCause.RemoteBye, (await called.Ended.WaitAsync(pair.Limit)).Cause);
    }

    [Fact]
    public async Task Events_are_told_as_they_happen()
    {
        var told = new System.Collections.Concurrent.ConcurrentQueue<PhoneEvent>();
        await using var pair = await PhonePair.StartAsync(o => o with { OnEvent = told.Enqueue });
        var (calling, _) = await pair.ConnectAsync();
        await calling.HangUpAsync(pair.Limit);
        Assert.Equal(calling.Timeline, told);
    }

    [Theory]
    [InlineData("secret", 404)]
    [InlineData("guess", 403)]
    [InlineData(null, 401)]
    public async Task A_challenged_call_is_placed_again_with_the_phones_password(string? password, int status)
    {
        // The registrar knows nobody to call: 404 is what a caller gets whom it believes.
        await using var server = await Registrar.StartAsync("secret");
        await using var phone = await SipPhone.StartAsync(new SipPhoneOptions { User = "bob", Password = password }, TestContext.Current.CancellationToken);
        var end = await phone.Dial(server.Address).Ended.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(status, end.Status);
    }
}
