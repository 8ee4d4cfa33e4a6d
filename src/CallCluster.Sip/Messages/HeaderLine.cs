namespace CallCluster.Sip.Messages;

/// <summary>Where one header field lies in its message, in bytes.</summary>
internal readonly record struct HeaderLine(HeaderId Id, int NameStart, int NameLength, int ValueStart, int ValueLength, bool Folded);
