using System.Threading.Channels;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Tests.Support;

/// <summary>A dialog of a <see cref="SipPeer"/>.</summary>
internal sealed class PeerCall : IInviteSessionHandler
{
    private readonly TaskCompletionSource<(int Status, SipResponse? Response)> _final = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SessionEndCause> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public InviteSession Session { get; set; } = null!;

    /// <summary>What came within it.</summary>
    public Channel<IncomingRequest> Requests { get; } = Channel.CreateUnbounded<IncomingRequest>();

    /// <summary>The answer to its INVITE.</summary>
    public Task<(int Status, SipResponse? Response)> Final => _final.Task.WaitAsync(EdgeBench.Patience);

    /// <summary>How it ended.</summary>
    public Task<SessionEndCause> Ended => _ended.Task.WaitAsync(EdgeBench.Patience);

    /// <summary>Names it to the edge, whose tag is the remote one here.</summary>
    public string Replaces => $"{Session.CallId};to-tag={Session.Dialog!.Id.RemoteTag};from-tag={Session.LocalTag}";

    /// <summary>Sends a request in it; gives its final status.</summary>
    public Task<int> Send(string method, SipBody? body, params IReadOnlyList<(string, string)> headers)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(Session.SendRequest(method, body, (status, _) => done.TrySetResult(status), headers));
        return done.Task.WaitAsync(EdgeBench.Patience);
    }

    public SipBody? OnAccepted(InviteSession session, SipResponse response)
    {
        _final.TrySetResult((response.StatusCode, response));
        return SipPeer.Sdp; // taken where the 200 had the offer
    }

    public void OnRejected(InviteSession session, int status, SipResponse? response) => _final.TrySetResult((status, response));

    public void OnRequest(InviteSession session, IncomingRequest request)
    {
        if (!Requests.Writer.TryWrite(request)) request.Respond(500);
    }

    public void OnEnded(InviteSession session, SessionEndCause cause, SipMessage? message) => _ended.TrySetResult(cause);
}
