using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Messages;

/// <summary>A request (RFC 3261 section 7.1).</summary>
public sealed class SipRequest : SipMessage
{
    private readonly ReadOnlyMemory<byte> _receivedUri;
    private SipUri? _requestUri;

    /// <summary>An empty request to fill.</summary>
    /// <param name="method">A token, see <see cref="SipMethods"/>.</param>
    /// <param name="requestUri">Where it goes; header fields in it are left out (section 19.1.1).</param>
    public SipRequest(string method, SipUri requestUri)
        : base(new HeaderTable(), default)
    {
        Method = method;
        _requestUri = requestUri.Headers.Count == 0 ? requestUri : requestUri.WithoutHeaders();
    }

    internal SipRequest(string method, ReadOnlyMemory<byte> requestUri, HeaderTable headers, ReadOnlyMemory<byte> body)
        : base(headers, body)
    {
        Method = method;
        _receivedUri = requestUri;
    }

    /// <summary>One of <see cref="SipMethods"/>'s own instances when it is one of them.</summary>
    public string Method { get; }

    public SipUri RequestUri
    {
        get => _requestUri ??= SipUri.TryParse(_receivedUri.Span, out var uri) ? uri : SipUri.Unreadable;
        set => _requestUri = value;
    }

    /// <summary>Method and URI's scheme only: safe and short enough for any log.</summary>
    public override string ToString() => $"{Method} {RequestUri.Scheme}:";
}
