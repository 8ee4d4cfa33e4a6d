using System.Globalization;
using System.Text;
using CallCluster.Sip.Bodies;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Messages;

/// <summary>
/// A request or response (RFC 3261 section 7). Typed values are read from <see cref="Headers"/> when asked for and kept until the table
/// changes; what is set through them is written to the table. No getter throws, whatever the peer sent. Not thread-safe.
/// </summary>
public abstract class SipMessage
{
    private TypedHeaders? _typed;

    private protected SipMessage(HeaderTable headers, ReadOnlyMemory<byte> body)
    {
        Headers = headers;
        Body = body;
    }

    public HeaderTable Headers { get; }

    /// <summary>Content-Length is written from this; the field in <see cref="Headers"/> does not matter when sending.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    public string? this[string headerName] => Headers.Get(headerName);

    /// <summary>All Via values, the top one first.</summary>
    public IReadOnlyList<ViaHeader> Via => Typed.Via;

    public ViaHeader? TopVia => Typed.TopVia;

    public NameAddress From
    {
        get => Typed.From;
        set => Headers.Set(HeaderNames.From, value.ToString());
    }

    public NameAddress To
    {
        get => Typed.To;
        set => Headers.Set(HeaderNames.To, value.ToString());
    }

    /// <summary>"" only in a partial request.</summary>
    public string CallId
    {
        get => Typed.CallId;
        set => Headers.Set(HeaderNames.CallId, value);
    }

    public CSeq CSeq
    {
        get => Typed.CSeq;
        set => Headers.Set(HeaderNames.CSeq, value.ToString());
    }

    /// <summary>0 to 255; null when absent or beyond that (RFC 3261 section 20.22).</summary>
    public int? MaxForwards
    {
        get => Grammar.TryReadNumber(Typed.First(HeaderId.MaxForwards), 255, out var hops) ? (int)hops : null;
        set => SetOrRemove(HeaderNames.MaxForwards, value?.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Empty when <see cref="HasWildcardContact"/>.</summary>
    public IReadOnlyList<NameAddress> Contact => Typed.Contact;

    /// <summary>Contact: * (RFC 3261 section 10.2.2).</summary>
    public bool HasWildcardContact => Typed.First(HeaderId.Contact).SequenceEqual("*"u8);

    public IReadOnlyList<NameAddress> Route => Typed.Route;

    public IReadOnlyList<NameAddress> RecordRoute => Typed.RecordRoute;

    /// <summary>As it came, parameters included; null when absent.</summary>
    public string? ContentType
    {
        get => Headers.Get(HeaderNames.ContentType);
        set => SetOrRemove(HeaderNames.ContentType, value);
    }

    /// <summary>Seconds; null when absent or no number. What overflows counts as 2^32-1.</summary>
    public uint? Expires
    {
        get => DeltaSeconds.Read(Headers.Get(HeaderNames.Expires));
        set => SetOrRemove(HeaderNames.Expires, value?.ToString(CultureInfo.InvariantCulture));
    }

    public IReadOnlyList<string> Require => Typed.Tokens(HeaderId.Require);

    public IReadOnlyList<string> ProxyRequire => Typed.Tokens(HeaderId.ProxyRequire);

    public IReadOnlyList<string> Supported => Typed.Tokens(HeaderId.Supported);

    public IReadOnlyList<string> Allow => Typed.Tokens(HeaderId.Allow);

    /// <summary>Media ranges with their parameters; empty when absent.</summary>
    public IReadOnlyList<string> Accept => Typed.Tokens(HeaderId.Accept);

    private protected TypedHeaders Typed => _typed is { } typed && typed.Version == Headers.Version ? typed : _typed = new TypedHeaders(Headers);

    /// <summary>The first field's value, or null.</summary>
    public string? GetHeader(string name) => Headers.Get(name);

    /// <summary>All values, one per field.</summary>
    public IReadOnlyList<string> GetHeaders(string name) => Headers.GetAll(name);

    /// <summary>The name addresses of all fields of this name, those of one field apart (RFC 3261 section 7.3.1); unreadable ones are left out.</summary>
    public IReadOnlyList<NameAddress> GetAddresses(string name)
    {
        var addresses = new List<NameAddress>();
        foreach (var field in Headers.GetAll(name))
        {
            var values = new ValueList(Encoding.UTF8.GetBytes(field));
            while (values.TryNext(out var value))
            {
                if (NameAddress.TryParse(Grammar.Trim(value), out var address))
                    addresses.Add(address);
            }
        }

        return addresses;
    }

    /// <summary>True when Content-Type is this media type, whatever its case and parameters.</summary>
    public bool HasContentType(string mediaType)
    {
        var value = ContentType.AsSpan();
        var end = value.IndexOf(';');
        return (end < 0 ? value : value[..end]).Trim().Equals(mediaType, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The session description in the body, within a multipart body too (RFC 5621); empty when there is none.</summary>
    public ReadOnlyMemory<byte> SessionDescription => SessionBody.Of(this).Description;

    /// <summary>Sets body and Content-Type together.</summary>
    public void SetBody(string contentType, ReadOnlyMemory<byte> body)
    {
        ContentType = contentType;
        Body = body;
    }

    /// <summary>Adds a Via above all others.</summary>
    public void PushVia(ViaHeader via) => Headers.Prepend(HeaderNames.Via, via.ToString());

    /// <summary>Puts another value in the place of the top Via, as a receiver does to note received and rport (section 18.2.1, RFC 3581).</summary>
    public void ReplaceTopVia(ViaHeader via) => SetVia([via, .. Via.Skip(1)]);

    /// <summary>Removes the top Via, as who forwards a response does (section 16.7).</summary>
    public void PopVia() => SetVia([.. Via.Skip(1)]);

    private void SetVia(ViaHeader[] values)
    {
        Headers.Remove(HeaderNames.Via);
        for (var i = values.Length - 1; i >= 0; i--)
            Headers.Prepend(HeaderNames.Via, values[i].ToString());
    }

    private void SetOrRemove(string name, string? value)
    {
        if (value is null)
            Headers.Remove(name);
        else
            Headers.Set(name, value);
    }
}
