namespace CallCluster.Sip.Uris;

/// <summary>One ";name=value" or ";name" of a URI or header value. <paramref name="Value"/> is as on the wire: quotes and escapes are kept; null without "=".</summary>
public readonly record struct Parameter(string Name, string? Value);
