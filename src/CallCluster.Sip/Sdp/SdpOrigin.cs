namespace CallCluster.Sip.Sdp;

/// <summary>The <c>o=</c> line (RFC 8866 §5.2). Identifier and version are digits of any length, so they stay text.</summary>
public sealed record SdpOrigin(string Username, string SessionId, string SessionVersion, string NetworkType, string AddressType, string Address)
{
    public override string ToString() => $"{Username} {SessionId} {SessionVersion} {NetworkType} {AddressType} {Address}";
}
