using System.Diagnostics;
using System.Net;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.EndToEnd.Tests.Traffic;

/// <summary>
/// Callers of a trunk and phones of agents that behave as planned call by call: signalling only, thousands at once from one process. Made of our own SIP stack,
/// since no peer can be told to do so many different things; that it agrees with peers is shown elsewhere.
/// </summary>
public sealed class CallTraffic : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private readonly SipEndpoint _callers;
    private readonly SipEndpoint _agents;
    private readonly Func<int, CallPlan> _plan;
    private readonly IPEndPoint _server;
    private readonly PriorityQueue<InviteSession, long> _hangUps = new();
    private readonly PriorityQueue<Action, long> _answers = new();
    private readonly Lock _gate = new();
    private readonly List<double> _setupTimes = [];
    private readonly NameAddress _from = new(new SipUri("sip", "+15550111", "127.0.0.1"));
    private TrafficCounts _counts = new();

    private CallTraffic(IPEndPoint server, int agentPort, Func<int, CallPlan> plan, Func<int, AgentPlan> agents)
    {
        _server = server;
        _plan = plan;
        _callers = Endpoint(0, new Nobody());
        _agents = Endpoint(agentPort, new Phones(this, agents));
    }

    public TrafficCounts Counts { get { lock (_gate) return _counts; } }

    public static async Task<CallTraffic> StartAsync(IPEndPoint server, int agentPort, Func<int, CallPlan> plan, Func<int, AgentPlan> agents)
    {
        var traffic = new CallTraffic(server, agentPort, plan, agents);
        await traffic._callers.StartAsync();
        await traffic._agents.StartAsync();
        return traffic;
    }

    /// <summary>Starts calls at this rate for this long; returns while the last are still on.</summary>
    public async Task OfferAsync(double perSecond, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        using var pace = new PeriodicTimer(Tick);
        for (var made = 0; clock.Elapsed < time; await pace.WaitForNextTickAsync())
        {
            for (var due = (int)(clock.Elapsed.TotalSeconds * perSecond); made < due; made++) Call();
            Act();
        }
    }

    /// <summary>Waits until no call is left.</summary>
    public async Task FinishAsync(TimeSpan within)
    {
        var clock = Stopwatch.StartNew();
        using var pace = new PeriodicTimer(Tick);
        while (Counts.Open > 0)
        {
            if (clock.Elapsed > within) throw new TimeoutException($"Calls do not end: {Counts}");
            Act();
            await pace.WaitForNextTickAsync();
        }
    }

    /// <summary>Milliseconds from INVITE to 200 of the calls answered since the last time this was asked, sorted.</summary>
    public double[] TakeSetupTimes()
    {
        lock (_gate)
        {
            double[] times = [.. _setupTimes.Order()];
            _setupTimes.Clear();
            return times;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _callers.DisposeAsync();
        await _agents.DisposeAsync();
    }

    private static SipEndpoint Endpoint(int port, ISipEndpointHandler handler) =>
        new(new SipEndpointOptions { Listeners = [new SipListenerOptions(SipTransportProtocol.Udp, new IPEndPoint(IPAddress.Loopback, port))] }, handler, TimeProvider.System, NullLogger<SipEndpoint>.Instance);

    private static SipBody Description(int port) => SipBody.Sdp(
        $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n");

    private void Call()
    {
        int number;
        lock (_gate)
        {
            number = _counts.Started;
            _counts = _counts with { Started = number + 1 };
        }
        var plan = _plan(number);
        var target = new SipUri("sip", plan.Number, _server.Address.ToString(), _server.Port);
        var session = _callers.Invite(new InviteRequest { Target = target, From = _from, Body = Description(9) }, new Caller(this, plan));
        if (plan.GivesUpAfter is { } patience) HangUp(session, patience);
    }

    private void HangUp(InviteSession session, TimeSpan after)
    {
        lock (_gate) _hangUps.Enqueue(session, DueAt(after));
    }

    private static long DueAt(TimeSpan after) => Stopwatch.GetTimestamp() + (long)(after.TotalSeconds * Stopwatch.Frequency);

    // Without the lock while calling in: callbacks take it under the endpoint's.
    private void Act()
    {
        while (Next(_hangUps) is { } session) session.HangUp();
        while (Next(_answers) is { } answer) answer();
    }

    private T? Next<T>(PriorityQueue<T, long> due) where T : class
    {
        lock (_gate) return due.TryPeek(out _, out var at) && at <= Stopwatch.GetTimestamp() ? due.Dequeue() : null;
    }

    private void Count(Func<TrafficCounts, TrafficCounts> change)
    {
        lock (_gate) _counts = change(_counts);
    }

    private sealed class Nobody : ISipEndpointHandler
    {
        public void OnInvite(IncomingInvite invite) => invite.Reject(480);
    }

    private sealed class Caller(CallTraffic traffic, CallPlan plan) : IInviteSessionHandler
    {
        private readonly long _startedAt = Stopwatch.GetTimestamp();
        private bool _answered;
        private int _refused;

        public SipBody? OnAccepted(InviteSession session, SipResponse response)
        {
            _answered = true;
            lock (traffic._gate)
            {
                traffic._counts = traffic._counts with { Answered = traffic._counts.Answered + 1 };
                traffic._setupTimes.Add(Stopwatch.GetElapsedTime(_startedAt).TotalMilliseconds);
            }
            if (plan.HangsUpAfter is { } hold) traffic.HangUp(session, hold);
            return null;
        }

        public void OnRejected(InviteSession session, int status, SipResponse? response) => _refused = response is null ? 408 : status;

        public void OnEnded(InviteSession session, SessionEndCause cause, SipMessage? message) => traffic.Count(counts => (_answered, _refused) switch
        {
            (true, _) when cause is SessionEndCause.LocalBye or SessionEndCause.RemoteBye => counts with { Completed = counts.Completed + 1 },
            (false, 487) => counts with { Cancelled = counts.Cancelled + 1 },
            (false, 503) => counts with { Unavailable = counts.Unavailable + 1 },
            (false, not 408 and not 0) => counts with { Rejected = counts.Rejected + 1 },
            (false, 0) when cause is SessionEndCause.Cancelled or SessionEndCause.LocalBye => counts with { Cancelled = counts.Cancelled + 1 },
            _ => counts with { Lost = counts.Lost + 1 },
        });
    }

    private sealed class Phones(CallTraffic traffic, Func<int, AgentPlan> plans) : ISipEndpointHandler, IInviteSessionHandler
    {
        private int _calls;

        public void OnInvite(IncomingInvite invite)
        {
            var plan = plans(_calls++);
            if (plan.Rejects is { } status)
            {
                invite.Reject(status);
                return;
            }
            var session = invite.Open(this);
            if (plan.AnswersAfter is not { } ring) session.Progress(180);
            else if (ring == TimeSpan.Zero) Answer(session, plan);
            else
            {
                session.Progress(180);
                lock (traffic._gate) traffic._answers.Enqueue(() => Answer(session, plan), DueAt(ring));
            }
        }

        public void OnEnded(InviteSession session, SessionEndCause cause, SipMessage? message)
        {
        }

        private void Answer(InviteSession session, AgentPlan plan)
        {
            if (!session.Accept(Description(11))) return; // the caller was faster
            traffic.Count(counts => counts with { AgentsAnswered = counts.AgentsAnswered + 1 });
            if (plan.HangsUpAfter is { } hold) traffic.HangUp(session, hold);
        }
    }
}
