using System.Diagnostics.Metrics;

namespace CallCluster.Edge;

/// <summary>Counters of the edge over the meter "CallCluster".</summary>
internal static class EdgeMetrics
{
    private static readonly Meter Meter = new("CallCluster");

    /// <summary>Calls taken in, by trunk (agents' own calls: "agents").</summary>
    public static readonly Counter<long> CallsOffered = Meter.CreateCounter<long>("callcluster.edge.calls.offered", "{call}", "Calls handed to a CallGrain.");

    /// <summary>Calls refused before a CallGrain saw them, by reason (<see cref="Admission.Refusal"/>).</summary>
    public static readonly Counter<long> CallsRefused = Meter.CreateCounter<long>("callcluster.edge.calls.refused", "{call}", "Initial INVITEs refused by the edge.");

    public static readonly Counter<long> Registrations = Meter.CreateCounter<long>("callcluster.edge.registrations", "{request}", "REGISTER requests by result.");

    public static readonly Counter<long> Subscriptions = Meter.CreateCounter<long>("callcluster.edge.subscriptions", "{request}", "SUBSCRIBE requests by result.");

    public static readonly Counter<long> DigestRefused = Meter.CreateCounter<long>("callcluster.edge.digest.refused", "{request}", "Requests whose digest credentials were wrong or replayed.");

    /// <summary>Outbound attempts, by trunk.</summary>
    public static readonly Counter<long> CallsDialled = Meter.CreateCounter<long>("callcluster.edge.calls.dialled", "{call}", "Outbound INVITEs, by trunk.");

    /// <summary>Legs ended, by cause.</summary>
    public static readonly Counter<long> LegsEnded = Meter.CreateCounter<long>("callcluster.edge.legs.ended", "{leg}", "Legs ended, by cause.");

    public static readonly Counter<long> MediaTimeouts = Meter.CreateCounter<long>("callcluster.edge.media.timeouts", "{leg}", "Legs hung up because no RTP came (Media:DeadAfter).");

    /// <summary>REFER requests that led to no transfer, by reason (<see cref="Admission.TransferRefusal"/>).</summary>
    public static readonly Counter<long> TransfersRefused = Meter.CreateCounter<long>("callcluster.edge.transfers.refused", "{request}", "REFER requests that led to no transfer, by reason.");

    /// <summary>Contacts of 3xx responses, followed (Inside: to a destination of the cluster) or why not (<see cref="Admission.RedirectRefusal"/>).</summary>
    public static readonly Counter<long> Redirects = Meter.CreateCounter<long>("callcluster.edge.redirects", "{contact}", "Contacts that phones and trunks redirected calls to, by outcome.");
    /// <summary>REFER requests of ours, by trunk.</summary>
    public static readonly Counter<long> TransfersReferred = Meter.CreateCounter<long>("callcluster.edge.transfers.referred", "{request}", "Callers whom their own trunk was asked to transfer (REFER), by trunk.");

    /// <summary>How those REFER requests ended, by trunk and outcome: Transferred, Refused, HungUp by the caller before the peer told, Abandoned by us.</summary>
    public static readonly Counter<long> ReferralsEnded = Meter.CreateCounter<long>("callcluster.edge.transfers.referred.ended", "{request}", "Callers whom their own trunk was asked to transfer, by trunk and by what came of it.");

    /// <summary>Dialogs that took another's place (RFC 3891), by who is on the leg then: the same party, or another call instead of an agent.</summary>
    public static readonly Counter<long> LegsReplaced = Meter.CreateCounter<long>("callcluster.edge.legs.replaced", "{leg}", "Legs whose dialog another took over.");

    /// <summary>INVITEs with Replaces for a dialog at another edge.</summary>
    public static readonly Counter<long> CallsRedirected = Meter.CreateCounter<long>("callcluster.edge.calls.redirected", "{call}", "INVITEs with Replaces sent on to the edge that has the dialog.");

    public static readonly Counter<long> DeliveryRetries = Meter.CreateCounter<long>("callcluster.edge.delivery.retries", "{batch}", "Event batches that a CallGrain did not acknowledge in time.");

    public static readonly Counter<long> CommandsRefused = Meter.CreateCounter<long>("callcluster.edge.commands.refused", "{batch}", "Command batches of an outdated activation of a CallGrain.");

    public static readonly Counter<long> MailboxFailures = Meter.CreateCounter<long>("callcluster.edge.mailbox.failures", "{failure}", "Steps of a call that threw.");

    public static readonly Counter<long> PromptsMissing = Meter.CreateCounter<long>("callcluster.edge.prompts.missing", "{prompt}", "Playbacks that named a prompt which does not exist.");

    public static readonly Counter<long> RecordingFailures = Meter.CreateCounter<long>("callcluster.edge.recording.failures", "{recording}", "Voicemails and conversations whose audio could not be stored whole.");

    public static readonly Counter<long> RecordingsSalvaged = Meter.CreateCounter<long>("callcluster.edge.recordings.salvaged", "{recording}", "Voicemails and conversations that a dead edge left and this one has finished.");

    /// <summary>INVITE to 200 of the caller.</summary>
    public static readonly Histogram<double> SetupDuration = Meter.CreateHistogram<double>("callcluster.call.setup.duration", "s", "From the caller's INVITE to its 200.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.1, .25, .5, 1, 2, 3, 5, 10, 20, 30] });

    /// <summary>Share of packets lost, over a leg's life; by trunk (agents' legs: "agents") and direction, as the next three.</summary>
    public static readonly Histogram<double> Loss = Meter.CreateHistogram<double>("callcluster.leg.loss", "1", "Share of RTP packets lost on a leg, at its end.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0, .001, .005, .01, .02, .05, .1, .2] });

    public static readonly Histogram<double> Jitter = Meter.CreateHistogram<double>("callcluster.leg.jitter", "s", "Interarrival jitter of a leg, at its end.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.001, .002, .005, .01, .02, .05, .1] });

    public static readonly Histogram<double> Mos = Meter.CreateHistogram<double>("callcluster.leg.mos", "1", "Mean opinion score that a leg's loss and delay let expect (ITU-T G.107), at its end.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1.5, 2, 2.5, 3, 3.5, 3.8, 4, 4.2, 4.3, 4.4] });

    /// <summary>By trunk.</summary>
    public static readonly Histogram<double> RoundTrip = Meter.CreateHistogram<double>("callcluster.leg.round_trip", "s", "Round trip to a leg's remote party by RTCP, at the leg's end.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.005, .01, .025, .05, .1, .2, .3, .5, 1] });

    /// <summary>Publishes the number of phones that show a voicemail box.</summary>
    public static void ObserveSubscriptions(Func<int> subscriptions) =>
        Meter.CreateObservableUpDownCounter("callcluster.edge.subscriptions.active", subscriptions, "{subscription}", "Subscriptions of phones to voicemail boxes at this edge.");

    /// <summary>Publishes the number of calls that an edge carries for as long as the process lives.</summary>
    public static void ObserveCalls(Func<int> calls, int maxCalls)
    {
        Meter.CreateObservableUpDownCounter("callcluster.edge.calls.active", calls, "{call}", "Calls that this edge carries.");
        Meter.CreateObservableUpDownCounter("callcluster.edge.calls.limit", () => maxCalls, "{call}", "Calls that this edge may carry (Media:MaxCalls).");
    }
}
