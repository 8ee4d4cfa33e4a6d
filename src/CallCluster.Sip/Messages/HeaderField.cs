namespace CallCluster.Sip.Messages;

/// <summary>One header field of a table.</summary>
/// <param name="Name">Canonical where we know it, else as it came.</param>
/// <param name="Value">Unfolded and trimmed, control characters masked.</param>
public readonly record struct HeaderField(string Name, string Value);
