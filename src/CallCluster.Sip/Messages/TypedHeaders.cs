using System.Text;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Messages;

/// <summary>Typed values of one version of a header table, each read when first asked for. What cannot be read counts as absent.</summary>
internal sealed class TypedHeaders(HeaderTable headers)
{
    private List<ViaHeader>? _via;
    private ViaHeader? _topVia;
    private NameAddress? _from;
    private NameAddress? _to;
    private CSeq? _cseq;
    private string? _callId;
    private List<NameAddress>? _contact;
    private List<NameAddress>? _route;
    private List<NameAddress>? _recordRoute;

    private delegate bool ItemParser<T>(ReadOnlySpan<byte> value, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? item);

    public int Version { get; } = headers.Version;

    public IReadOnlyList<ViaHeader> Via => _via ??= ReadList<ViaHeader>(HeaderId.Via, ViaHeader.TryParse);

    public ViaHeader? TopVia => _topVia ??= ReadTopVia();

    public NameAddress From => _from ??= ReadAddress(HeaderId.From);

    public NameAddress To => _to ??= ReadAddress(HeaderId.To);

    public CSeq CSeq => _cseq ??= CSeq.TryParse(First(HeaderId.CSeq), out var cseq) ? cseq : new CSeq(0, "");

    public string CallId => _callId ??= Encoding.ASCII.GetString(First(HeaderId.CallId));

    public IReadOnlyList<NameAddress> Contact => _contact ??= ReadList<NameAddress>(HeaderId.Contact, NameAddress.TryParse);

    public IReadOnlyList<NameAddress> Route => _route ??= ReadList<NameAddress>(HeaderId.Route, NameAddress.TryParse);

    public IReadOnlyList<NameAddress> RecordRoute => _recordRoute ??= ReadList<NameAddress>(HeaderId.RecordRoute, NameAddress.TryParse);

    public ReadOnlySpan<byte> First(HeaderId id) => headers.IndexOf(id) is var index && index < 0 ? default : headers.ValueBytes(index);

    /// <summary>All values of a comma-separated token list over all of its fields; empty elements do not count.</summary>
    public IReadOnlyList<string> Tokens(HeaderId id)
    {
        List<string>? tokens = null;
        for (var i = headers.IndexOf(id); i >= 0; i = headers.IndexOf(id, i + 1))
        {
            var values = new ValueList(headers.ValueBytes(i));
            while (values.TryNext(out var value))
            {
                value = Grammar.Trim(value);
                if (!value.IsEmpty)
                    (tokens ??= []).Add(id == HeaderId.Allow ? SipMethods.Intern(value) : SipText.Decode(value));
            }
        }

        return tokens ?? (IReadOnlyList<string>)[];
    }

    private NameAddress ReadAddress(HeaderId id) => NameAddress.TryParse(First(id), out var address) ? address : NameAddress.Unreadable;

    private ViaHeader? ReadTopVia()
    {
        if (_via is not null)
            return _via.Count == 0 ? null : _via[0];
        new ValueList(First(HeaderId.Via)).TryNext(out var top);
        return ViaHeader.TrySalvage(top, out var via) ? via : null;
    }

    private List<T> ReadList<T>(HeaderId id, ItemParser<T> parse)
    {
        var list = new List<T>(1);
        for (var i = headers.IndexOf(id); i >= 0; i = headers.IndexOf(id, i + 1))
        {
            var values = new ValueList(headers.ValueBytes(i));
            while (values.TryNext(out var value))
            {
                if (parse(value, out var item))
                    list.Add(item);
            }
        }

        return list;
    }
}
