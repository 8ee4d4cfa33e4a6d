using System.Collections;
using System.Text;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Uris;

/// <summary>An immutable, ordered list of parameters; names are compared without regard to case (RFC 3261 section 7.3.1).</summary>
public sealed class ParameterList : IReadOnlyList<Parameter>
{
    public static readonly ParameterList Empty = new([]);

    private readonly Parameter[] _items;

    private ParameterList(Parameter[] items) => _items = items;

    public int Count => _items.Length;

    public Parameter this[int index] => _items[index];

    /// <summary>The value without quotes and backslashes, "" for a parameter without a value, null when there is none of this name.</summary>
    public string? this[string name]
    {
        get
        {
            var index = IndexOf(name);
            if (index < 0)
                return null;
            var value = _items[index].Value;
            return value is null ? "" : value.StartsWith('"') ? SipText.Unquote(Encoding.UTF8.GetBytes(value)) : value;
        }
    }

    public bool Contains(string name) => IndexOf(name) >= 0;

    public IEnumerator<Parameter> GetEnumerator() => ((IEnumerable<Parameter>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    /// <summary>The parameters as on the wire, each led by a semicolon.</summary>
    public override string ToString()
    {
        if (_items.Length == 0)
            return "";
        var text = SharedText.Take();
        AppendTo(text);
        return SharedText.ToText(text);
    }

    internal static ParameterList Create(IEnumerable<Parameter> items)
    {
        Parameter[] array = [.. items];
        return array.Length == 0 ? Empty : new ParameterList(array);
    }

    /// <summary>The name's first parameter replaced, or a new one at the end; the value must be in wire form.</summary>
    internal ParameterList With(string name, string? wireValue)
    {
        var index = IndexOf(name);
        Parameter[] items = index < 0 ? [.. _items, default] : [.. _items];
        items[index < 0 ? _items.Length : index] = new Parameter(name, wireValue);
        return new ParameterList(items);
    }

    /// <summary>As <see cref="With"/>, for a header parameter: the value is quoted unless it may stand without quotes.</summary>
    internal ParameterList WithHeaderParameter(string name, string? value) => With(name, value is null ? null : ToHeaderValue(value));

    internal ParameterList Without(string name) =>
        Contains(name) ? Create(_items.Where(item => !item.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) : this;

    internal void AppendTo(StringBuilder text)
    {
        foreach (var (name, value) in _items)
        {
            text.Append(';').Append(name);
            if (value is not null)
                text.Append('=').Append(value);
        }
    }

    /// <summary>*( SEMI generic-param ), already known to be well formed.</summary>
    internal static ParameterList ReadHeaderParameters(ref Cursor cursor)
    {
        List<Parameter>? items = null;
        while (cursor.TryParameter(out var name, out var value, out var hasValue))
            (items ??= new(4)).Add(new Parameter(ParameterNames.Intern(name), hasValue ? SipText.Decode(value) : null));
        return items is null ? Empty : new ParameterList([.. items]);
    }

    private static string ToHeaderValue(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        return bytes.Length > 0 && bytes.AsSpan().IndexOfAnyExcept(Grammar.ParameterValue) < 0 ? value : SipText.Quote(value);
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < _items.Length; i++)
        {
            if (_items[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }
}
