namespace CallCluster.Sip.Sdp;

/// <summary>An <c>a=</c> line: <c>a=name</c> (no value) or <c>a=name:value</c> (RFC 8866 §5.13).</summary>
public readonly record struct SdpAttribute(string Name, string? Value = null)
{
    public override string ToString() => Value is null ? Name : $"{Name}:{Value}";
}
