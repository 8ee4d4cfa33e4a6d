using System.Globalization;
using System.Text.Json;
using CallCluster.Grains.Staffing;

namespace CallCluster.Host.Simulation;

/// <summary>Prints what was simulated.</summary>
internal static class SimulationOutput
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>A table for people; margins are 95 %.</summary>
    public static void WriteTable(SimulationRequest request, IReadOnlyList<SimulationRow> rows, TextWriter output)
    {
        output.WriteLine(Invariant($"{request.Runs} days of {request.Length.TotalHours:0} h from seed {request.Seed}; talk {request.Talk}, patience {(request.Patience is { } patience ? patience.ToString() : "endless")}, both exponential; ± is a 95 % confidence interval"));
        output.WriteLine($"{"queue",-16} {"agents",6} {"offered",8} {"answered",8} {"abandoned",9} {"overflow",8} {"ASA s",15} {"p90 s",7} {"service level",16} {"occupancy",9} {"Erlang ASA, SL",16}");
        foreach (var row in rows)
        {
            var played = row.Played;
            output.WriteLine(Invariant($"{row.Queue,-16} {row.Agents,6} {played.Offered.Mean,8:0.0} {Share(played.Answered, played),8:P0} {played.AbandonedShare.Mean,9:P1} {Share(played.Overflowed, played),8:P0} {played.Asa.Mean,8:0.0} ± {Margin(played.Asa.Margin, ""),-4} {played.P90.Mean,7:0} {played.ServiceLevel.Mean,8:P1} ± {Margin(100 * played.ServiceLevel.Margin, " %"),-5} {played.Occupancy.Mean,9:P0} {(row.Theory is { } theory ? Invariant($"{theory.Asa:0.0}, {theory.AnsweredInTime:P1}") : "-"),16}{(row.Reached == true ? "  *" : "")}"));
        }

        foreach (var row in rows.Where(row => row.Played.EstimateErrorP90.Mean > 0))
            output.WriteLine(Invariant($"{row.Queue} with {row.Agents} agents: the estimated wait at arrival was off by {row.Played.EstimateErrorMedian.Mean:0} s (median), {row.Played.EstimateErrorP90.Mean:0} s (p90)"));
        if (request.Target is not { } target) return;
        var least = rows.FirstOrDefault(row => row.Reached == true);
        output.WriteLine(least is null
            ? Invariant($"{target.Share:P0} within {target.Seconds} s: not with {request.Agents!.Value.To} agents either; give --agents a wider range")
            : Invariant($"{target.Share:P0} within {target.Seconds} s: {least.Queue} needs {least.Agents} agents"));
    }

    /// <summary>A line for each row; times in seconds, shares 0 to 1.</summary>
    public static void WriteJson(IReadOnlyList<SimulationRow> rows, TextWriter output)
    {
        foreach (var row in rows)
        {
            var played = row.Played;
            output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    row.Queue,
                    row.Agents,
                    Offered = played.Offered.Mean,
                    Answered = played.Answered.Mean,
                    Abandoned = played.Abandoned.Mean,
                    Overflowed = played.Overflowed.Mean,
                    Asa = Value(played.Asa),
                    P90 = played.P90.Mean,
                    ServiceLevel = Value(played.ServiceLevel),
                    Occupancy = played.Occupancy.Mean,
                    EstimateErrorMedian = played.EstimateErrorMedian.Mean,
                    EstimateErrorP90 = played.EstimateErrorP90.Mean,
                    Erlang = row.Theory is { } theory ? new { theory.Asa, ServiceLevel = theory.AnsweredInTime, theory.ProbabilityOfWait, theory.Abandoned } : null,
                    row.Reached,
                },
                Json));
        }
    }

    private static object Value(Estimate estimate) => new { estimate.Mean, Margin = double.IsFinite(estimate.Margin) ? estimate.Margin : (double?)null };

    private static double Share(Estimate part, QueueEstimates all) => all.Offered.Mean > 0 ? part.Mean / all.Offered.Mean : 0;

    private static string Margin(double margin, string unit) => double.IsFinite(margin) ? Invariant($"{margin:0.0}{unit}") : "?";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
