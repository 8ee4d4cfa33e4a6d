using System.Diagnostics;
using System.Globalization;
using System.Net;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.Benchmarks.Sip;

/// <summary>
/// INVITE/200/ACK/BYE/200 between two endpoints of one process over loopback UDP at a steady rate: CPU and allocation per call, both sides together.
/// Goal: 0.15 ms for one side at 1000 calls/s.
/// </summary>
internal static class CallRun
{
    private const string Offer =
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 24596 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n";

    public static async Task<int> Run(int callsPerSecond, int seconds)
    {
        var callee = new Party();
        var caller = new Party();
        await using var server = await StartAsync(callee);
        await using var client = await StartAsync(caller);
        var target = new SipUri("sip", "service", "127.0.0.1", server.Listeners[0].LocalEndPoint.Port);
        var from = new NameAddress(new SipUri("sip", "caller", "127.0.0.1"));
        var body = SipBody.Sdp(Offer);

        await MakeCallsAsync(callsPerSecond, 3);
        var (cpu, allocated, collections, before) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(), GC.CollectionCount(0), caller.Ended);
        await MakeCallsAsync(callsPerSecond, seconds);
        await Task.Delay(500);
        var calls = caller.Ended - before;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{calls} of {callsPerSecond * seconds} calls at {callsPerSecond}/s: {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / calls:0.000} ms CPU and {(GC.GetTotalAllocatedBytes() - allocated) / 1024.0 / calls:0.0} KB per call for both sides, {GC.CollectionCount(0) - collections} collections, failed {caller.Failed}"));
        return calls == callsPerSecond * seconds ? 0 : 1;

        async Task MakeCallsAsync(int rate, int time)
        {
            var clock = Stopwatch.StartNew();
            for (var made = 0; made < rate * time;)
            {
                for (var due = Math.Min((int)(clock.Elapsed.TotalSeconds * rate), rate * time); made < due; made++)
                    client.Invite(new InviteRequest { Target = target, From = from, Body = body }, caller);
                await Task.Delay(10);
            }
        }
    }

    private static async Task<SipEndpoint> StartAsync(Party party)
    {
        var options = new SipEndpointOptions { Listeners = [new SipListenerOptions(SipTransportProtocol.Udp, new IPEndPoint(IPAddress.Loopback, 0))] };
        var endpoint = new SipEndpoint(options, party, TimeProvider.System, NullLogger<SipEndpoint>.Instance);
        await endpoint.StartAsync();
        return endpoint;
    }

    private sealed class Party : ISipEndpointHandler, IInviteSessionHandler
    {
        public int Ended { get; private set; }

        public int Failed { get; private set; }

        public void OnInvite(IncomingInvite invite) => invite.Open(this).Accept(SipBody.Sdp(invite.Request.Body));

        public SipBody? OnAccepted(InviteSession session, SipResponse response)
        {
            session.Bye();
            return null;
        }

        public void OnEnded(InviteSession session, SessionEndCause cause, SipMessage? message)
        {
            Ended++;
            if (cause is not (SessionEndCause.LocalBye or SessionEndCause.RemoteBye))
                Failed++;
        }
    }
}
