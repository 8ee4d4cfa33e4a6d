namespace CallCluster.Sip.Messages;

/// <summary>A message, or why there is none.</summary>
public readonly struct SipParseResult
{
    private SipParseResult(SipMessage? message, SipParseError error, string? header, SipRequest? partial)
    {
        Message = message;
        Error = error;
        Header = header;
        PartialRequest = partial;
    }

    /// <summary>Well formed, with every field that a transaction or dialog needs; null on an error.</summary>
    public SipMessage? Message { get; }

    public SipParseError Error { get; }

    /// <summary>The header field at fault, where one is.</summary>
    public string? Header { get; }

    /// <summary>
    /// What can be read of a refused request, if a response to it would find its way: top Via readable, method known and not ACK.
    /// Good for <see cref="SipResponse.For"/> and for nothing else: its other fields may be missing or malformed.
    /// </summary>
    public SipRequest? PartialRequest { get; }

    /// <summary>The status to answer <see cref="PartialRequest"/> with; null to drop the message.</summary>
    public int? Status => PartialRequest is null ? null : Error.Status();

    internal static SipParseResult Success(SipMessage message) => new(message, SipParseError.None, null, null);

    internal static SipParseResult Failure(SipParseError error, string? header = null, SipRequest? partial = null) => new(null, error, header, partial);

    /// <summary>One sentence for the log; holds nothing of what the peer sent but a known header's name.</summary>
    public override string ToString() => Header is null ? Error.Describe() : $"{Error.Describe()} ({Header})";
}
