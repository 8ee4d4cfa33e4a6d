using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Messages;

/// <summary>CSeq: a number below 2^31 (RFC 3261 section 8.1.1.5) and a method.</summary>
public readonly record struct CSeq(uint Number, string Method)
{
    /// <summary>CSeq = "CSeq" HCOLON 1*DIGIT LWS Method</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out CSeq cseq)
    {
        var valid = TryScan(value, out var number, out var method);
        cseq = valid ? new CSeq(number, SipMethods.Intern(method)) : default;
        return valid;
    }

    public override string ToString() => $"{Number} {Method}";

    internal static bool TryScan(ReadOnlySpan<byte> value, out uint number, out ReadOnlySpan<byte> method)
    {
        number = 0;
        method = default;
        var space = value.IndexOfAny((byte)' ', (byte)'\t');
        if (space < 0 || !Grammar.TryReadNumber(value[..space], int.MaxValue, out number))
            return false;
        method = Grammar.Trim(value[space..]);
        return !method.IsEmpty && method.IndexOfAnyExcept(Grammar.Token) < 0;
    }
}
