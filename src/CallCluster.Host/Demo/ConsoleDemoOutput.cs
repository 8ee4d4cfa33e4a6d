using System.Globalization;
using Spectre.Console;

namespace CallCluster.Host.Demo;

/// <summary>For people: colours on a terminal, plain text elsewhere.</summary>
internal sealed class ConsoleDemoOutput(IAnsiConsole console) : IDemoOutput
{
    private const int NameWidth = 12;
    private const int PlainWidth = 140;

    private static readonly Color[] Colours = [Color.Aqua, Color.Yellow, Color.Fuchsia, Color.Lime, Color.Orange1, Color.DodgerBlue1];
    private readonly List<string> _names = [];

    /// <summary>Writes to standard output.</summary>
    public static ConsoleDemoOutput ToStandardOutput()
    {
        // Without a terminal nothing tells the width, and 80 columns would break the table's lines.
        if (!AnsiConsole.Profile.Out.IsTerminal)
            AnsiConsole.Profile.Width = PlainWidth;
        return new ConsoleDemoOutput(AnsiConsole.Console);
    }

    public void Begin(string title)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{title}[/]");
    }

    public void BeginScene(string title)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold underline]{title}[/]");
    }

    public void Tell(DemoEvent happened)
    {
        var time = happened.At.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture).PadLeft(6);
        console.Markup($"[grey]{time} s[/]  ");
        console.Write(new Text(happened.Who.PadRight(NameWidth), new Style(Colour(happened.Who))));
        console.WriteLine(happened.What);
    }

    public void End(IReadOnlyList<DemoFinding> findings, TimeSpan took, bool passed)
    {
        var table = new Table().Title("What was promised, and what came").Border(console.Profile.Out.IsTerminal ? TableBorder.Rounded : TableBorder.Ascii);
        table.AddColumn("").AddColumn("Expected").AddColumn("Found");
        foreach (var scene in findings.GroupBy(f => f.Scene))
        {
            table.AddRow(new Text(""), new Text(scene.Key, new Style(decoration: Decoration.Bold)), new Text(""));
            foreach (var finding in scene)
                table.AddRow(new Markup(finding.Met ? "[green]ok[/]" : "[red]FAILED[/]"), new Text($"  {finding.Expected}"), new Text(finding.Found));
        }

        console.WriteLine();
        console.Write(table);
        var failed = findings.Count(f => !f.Met);
        if (passed)
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[green]All {findings.Count} expectations met[/] in {took.TotalSeconds:F0} s.");
        else
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[red]{failed} of {findings.Count} expectations failed[/] in {took.TotalSeconds:F0} s.");
    }

    private Color Colour(string name)
    {
        var index = _names.IndexOf(name);
        if (index < 0)
        {
            index = _names.Count;
            _names.Add(name);
        }

        return Colours[index % Colours.Length];
    }
}
