using System.Net;
using System.Threading.Channels;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.Edge.Tests.Support;

/// <summary>A phone, a trunk or another edge on loopback, played by the test. It speaks PCMU and PCMA.</summary>
internal sealed class SipPeer : ISipEndpointHandler, IAsyncDisposable
{
    public static readonly SipBody Sdp = SdpAt(40000);

    private readonly SipEndpoint _endpoint;
    private uint _sentAfterBye;

    private SipPeer() => _endpoint = new SipEndpoint(
        new SipEndpointOptions
        {
            Listeners = [new SipListenerOptions(SipTransportProtocol.Udp, new IPEndPoint(IPAddress.Loopback, 0))],
            Allow = [.. SipEndpointOptions.DefaultAllow, SipMethods.Refer, SipMethods.Notify],
            Supported = [ReplacesHeader.OptionTag],
        },
        this, TimeProvider.System, NullLogger<SipEndpoint>.Instance);

    public IPEndPoint Address => _endpoint.Listeners[0].LocalEndPoint;

    /// <summary>The calls that came, unanswered.</summary>
    public Channel<PeerCall> Calls { get; } = Channel.CreateUnbounded<PeerCall>();

    /// <summary>An offer or answer whose audio goes to this port.</summary>
    public static SipBody SdpAt(int port) => SipBody.Sdp(
        $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n");

    public static async Task<SipPeer> Start()
    {
        var peer = new SipPeer();
        await peer._endpoint.StartAsync(TestContext.Current.CancellationToken);
        return peer;
    }

    public PeerCall Invite(SipUri target, string? callId = null, string? tag = null, bool isLateOffer = false, DigestClient? credentials = null, params IReadOnlyList<(string, string)> headers)
    {
        var call = new PeerCall();
        call.Session = _endpoint.Invite(
            new InviteRequest { Target = target, From = new NameAddress(SipUri.Parse($"sip:peer@{Address}")), CallId = callId, LocalTag = tag, Headers = headers, Body = isLateOffer ? null : Sdp, Credentials = credentials }, call);
        return call;
    }

    /// <summary>Sends a request out of dialog; gives its final status.</summary>
    public Task<int> Send(string method, SipUri target, DigestClient credentials, params IReadOnlyList<(string Name, string Value)> headers) =>
        Send(new SipRequest(method, target) { From = new NameAddress(target), To = new NameAddress(target) }, headers, credentials);

    /// <summary>Sends a request in a dialog that the peer has ended; gives its final status.</summary>
    public Task<int> SendAfterBye(PeerCall ended, string method, SipBody body, params IReadOnlyList<(string Name, string Value)> headers)
    {
        var dialog = ended.Session.Dialog!;
        var request = new SipRequest(method, dialog.RemoteTarget)
        {
            From = new NameAddress(dialog.RemoteTarget).WithTag(dialog.Id.LocalTag),
            To = new NameAddress(dialog.RemoteTarget).WithTag(dialog.Id.RemoteTag),
            CallId = dialog.Id.CallId,
            CSeq = new CSeq(dialog.LocalCSeq + ++_sentAfterBye, method),
        };
        request.SetBody(body.ContentType, body.Bytes);
        return Send(request, headers);
    }

    private Task<int> Send(SipRequest request, IReadOnlyList<(string Name, string Value)> headers, DigestClient? credentials = null)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        _endpoint.SendRequest(request, (status, _) => done.TrySetResult(status), credentials: credentials);
        return done.Task.WaitAsync(EdgeBench.Patience);
    }

    public void OnInvite(IncomingInvite invite)
    {
        var call = new PeerCall();
        call.Session = invite.Open(call);
        Calls.Writer.TryWrite(call);
    }

    public void OnRequest(IncomingRequest request) => request.Respond(200);

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();
}
