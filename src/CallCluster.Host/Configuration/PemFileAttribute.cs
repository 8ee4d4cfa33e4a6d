namespace CallCluster.Host.Configuration;

/// <summary>The path of a PEM file, which has many lines; other …File options hold one-line secrets.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PemFileAttribute : Attribute;
