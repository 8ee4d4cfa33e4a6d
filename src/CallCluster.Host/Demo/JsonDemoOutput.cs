using System.Text.Encodings.Web;
using System.Text.Json;

namespace CallCluster.Host.Demo;

/// <summary>A JSON object a line, each with its kind under <c>type</c>: begin, scene, event, finding, end. Times are seconds since the demo began.</summary>
internal sealed class JsonDemoOutput(TextWriter writer) : IDemoOutput
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Begin(string title) => Line(new { type = "begin", title });

    public void BeginScene(string title) => Line(new { type = "scene", title });

    public void Tell(DemoEvent happened) => Line(new { type = "event", at = Seconds(happened.At), who = happened.Who, what = happened.What });

    public void End(IReadOnlyList<DemoFinding> findings, TimeSpan took, bool passed)
    {
        foreach (var finding in findings)
            Line(new { type = "finding", scene = finding.Scene, expected = finding.Expected, found = finding.Found, met = finding.Met });
        Line(new { type = "end", passed, expectations = findings.Count, failed = findings.Count(f => !f.Met), took = Seconds(took) });
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private void Line<T>(T value)
    {
        writer.WriteLine(JsonSerializer.Serialize(value, Options));
        writer.Flush();
    }
}
