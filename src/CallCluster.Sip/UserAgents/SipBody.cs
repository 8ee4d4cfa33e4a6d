using System.Text;

namespace CallCluster.Sip.UserAgents;

/// <summary>A message body with its content type; this layer never looks inside.</summary>
/// <param name="ContentType">Media type as written on the wire, e.g. <c>application/sdp</c>.</param>
/// <param name="Bytes">The body; kept as it is, so do not change it afterwards.</param>
public sealed record SipBody(string ContentType, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The content type of session descriptions (RFC 8866).</summary>
    public const string SdpContentType = "application/sdp";

    /// <summary>Wraps a session description.</summary>
    public static SipBody Sdp(string text) => new(SdpContentType, Encoding.UTF8.GetBytes(text));

    /// <summary>Wraps a session description.</summary>
    public static SipBody Sdp(ReadOnlyMemory<byte> bytes) => new(SdpContentType, bytes);
}
