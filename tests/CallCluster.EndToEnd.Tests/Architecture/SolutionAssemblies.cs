using System.Reflection;

namespace CallCluster.EndToEnd.Tests.Architecture;

/// <summary>The product's assemblies, by the project's name.</summary>
internal static class SolutionAssemblies
{
    public static readonly IReadOnlyDictionary<string, Assembly> All =
        new[] { "Sip", "Media", "Contracts", "Grains", "Edge", "Phone", "Host" }.ToDictionary(name => name, name => Assembly.Load(name == "Host" ? "callcluster" : $"CallCluster.{name}"));
}
