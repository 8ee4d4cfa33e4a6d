using System.Reflection;
using System.Text;

namespace CallCluster.Fuzz;

/// <summary>The seeds in Corpus/: text with the line ends that the protocols have, or bytes as hexadecimal lines.</summary>
internal static class FuzzCorpus
{
    public static IEnumerable<byte[]> Of(IFuzzTarget target)
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith($"{target.Corpus}/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .SelectMany(name => Read(name, assembly.GetManifestResourceStream(name)!));
    }

    private static IEnumerable<byte[]> Read(string name, Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = reader.ReadToEnd();
        return name.EndsWith(".hex", StringComparison.Ordinal)
            ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Convert.FromHexString(line.Replace(" ", "", StringComparison.Ordinal)))
            : [Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"))];
    }
}
