namespace CallCluster.Sip.Messages;

/// <summary>A response (RFC 3261 section 7.2).</summary>
public sealed class SipResponse : SipMessage
{
    /// <summary>An empty response to fill; <see cref="For"/> makes one that fits a request.</summary>
    /// <param name="statusCode">100 to 699.</param>
    /// <param name="reasonPhrase">Null takes the default of <see cref="ReasonPhrases"/>.</param>
    public SipResponse(int statusCode, string? reasonPhrase = null)
        : this(statusCode, Syntax.SipText.HeaderValue(reasonPhrase ?? ReasonPhrases.Get(statusCode)), new HeaderTable(), default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, 699);
    }

    internal SipResponse(int statusCode, string reasonPhrase, HeaderTable headers, ReadOnlyMemory<byte> body)
        : base(headers, body)
    {
        StatusCode = statusCode;
        ReasonPhrase = reasonPhrase;
    }

    public int StatusCode { get; }

    public string ReasonPhrase { get; }

    public bool IsProvisional => StatusCode < 200;

    public bool IsSuccess => StatusCode is >= 200 and < 300;

    public bool IsFinal => StatusCode >= 200;

    /// <summary>
    /// RFC 3261 section 8.2.6: Via, From, To, Call-ID and CSeq as they came, Timestamp in a 100. Works on a partial request too.
    /// </summary>
    /// <param name="toTag">Added to To when it has no tag; null adds none.</param>
    public static SipResponse For(SipRequest request, int statusCode, string? reason = null, string? toTag = null)
    {
        var response = new SipResponse(statusCode, reason);
        response.Headers.CopyFrom(request.Headers, HeaderNames.Via);
        response.Headers.CopyFrom(request.Headers, HeaderNames.From);
        response.Headers.CopyFrom(request.Headers, HeaderNames.To);
        response.Headers.CopyFrom(request.Headers, HeaderNames.CallId);
        response.Headers.CopyFrom(request.Headers, HeaderNames.CSeq);
        if (statusCode == 100)
            response.Headers.CopyFrom(request.Headers, HeaderNames.Timestamp);
        if (toTag is not null && request.To.Tag is null && !ReferenceEquals(request.To, NameAddress.Unreadable))
            response.To = request.To.WithTag(toTag);
        return response;
    }

    public override string ToString() => $"{StatusCode} {ReasonPhrase}";
}
