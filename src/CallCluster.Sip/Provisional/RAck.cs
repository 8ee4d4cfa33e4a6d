using System.Globalization;
using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Provisional;

/// <summary>RAck = response-num LWS CSeq-num LWS Method (RFC 3262 §7.2): which provisional response a PRACK acknowledges.</summary>
internal readonly record struct RAck(uint RSeq, uint CSeq, string Method)
{
    /// <summary>The option tag (RFC 3262 §8.1).</summary>
    public const string OptionTag = "100rel";

    /// <summary>The RSeq (§7.1) of a reliable provisional response; null when it is not sent reliably or has none that can be read.</summary>
    public static uint? RSeqOf(SipResponse response) =>
        response.Require.Contains(OptionTag, StringComparer.OrdinalIgnoreCase) && DeltaSeconds.Read(response[HeaderNames.RSeq]) is > 0 and var rseq ? rseq : null;

    public static RAck? Of(SipRequest prack) =>
        prack[HeaderNames.RAck]?.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [var rseq, var cseq, var method]
        && DeltaSeconds.Read(rseq) is { } response && DeltaSeconds.Read(cseq) is { } number
            ? new RAck(response, number, method)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RSeq} {CSeq} {Method}");
}
