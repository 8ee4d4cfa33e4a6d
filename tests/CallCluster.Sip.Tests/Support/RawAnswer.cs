using System.Globalization;
using System.Text;

namespace CallCluster.Sip.Tests.Support;

/// <summary>A response as text: one to a request with a bad To repeats it, and is then no better than the request.</summary>
internal sealed class RawAnswer(ReadOnlySpan<byte> bytes)
{
    public string Text { get; } = Encoding.UTF8.GetString(bytes);

    public int Status => int.Parse(Text.AsSpan("SIP/2.0 ".Length, 3), CultureInfo.InvariantCulture);

    public bool IsTo(string callId, int cseq) => Text.Contains($"\r\nCall-ID: {callId}\r\nCSeq: {cseq} ", StringComparison.Ordinal);
}
