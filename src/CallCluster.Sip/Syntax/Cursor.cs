using System.Buffers;

namespace CallCluster.Sip.Syntax;

/// <summary>Reads one unfolded header value from left to right; every method moves on only when it succeeds.</summary>
internal ref struct Cursor(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _position;

    public readonly bool AtEnd => _position >= _text.Length;

    public readonly ReadOnlySpan<byte> Rest => _text[_position..];

    public void SkipWhitespace()
    {
        while (_position < _text.Length && Grammar.IsWhitespace(_text[_position]))
            _position++;
    }

    public void Advance(int count) => _position += count;

    public readonly bool IsAt(byte character) => _position < _text.Length && _text[_position] == character;

    /// <summary>SWS character SWS, the shape of SEMI, EQUAL, SLASH, COMMA and COLON.</summary>
    public bool TrySeparator(byte character)
    {
        var start = _position;
        SkipWhitespace();
        if (!IsAt(character))
        {
            _position = start;
            return false;
        }

        _position++;
        SkipWhitespace();
        return true;
    }

    public ReadOnlySpan<byte> TakeWhile(SearchValues<byte> set)
    {
        var rest = Rest;
        var length = rest.IndexOfAnyExcept(set);
        if (length < 0)
            length = rest.Length;
        _position += length;
        return rest[..length];
    }

    /// <summary>quoted-string = SWS DQUOTE *(qdtext / quoted-pair ) DQUOTE. The result has its quotes and escapes still.</summary>
    public bool TryQuotedString(out ReadOnlySpan<byte> quoted)
    {
        quoted = default;
        if (!IsAt((byte)'"'))
            return false;
        var i = _position + 1;
        while (true)
        {
            var next = _text[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
                return false;
            i += next;
            if (_text[i] == '"')
                break;
            i += 2;
            if (i > _text.Length)
                return false;
        }

        quoted = _text[_position..(i + 1)];
        _position = i + 1;
        return true;
    }

    /// <summary>generic-param = token [ EQUAL gen-value ], led by SEMI. False at the end and on an error: ask <see cref="AtEnd"/>.</summary>
    public bool TryParameter(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool hasValue)
    {
        value = default;
        hasValue = false;
        name = default;
        var start = _position;
        if (!TrySeparator((byte)';'))
            return false;
        name = TakeWhile(Grammar.Token);
        if (name.IsEmpty)
        {
            _position = start;
            return false;
        }

        if (!TrySeparator((byte)'='))
            return true;
        hasValue = true;
        if (TryQuotedString(out value))
            return true;
        value = TakeWhile(Grammar.ParameterValue);
        if (!value.IsEmpty)
            return true;
        _position = start;
        return false;
    }

    /// <summary>*( SEMI generic-param ) to the end of the value: true when nothing else is left.</summary>
    public bool TrySkipParameters(int maximum)
    {
        for (var count = 0; TryParameter(out _, out _, out _); count++)
        {
            if (count >= maximum)
                return false;
        }

        SkipWhitespace();
        return AtEnd;
    }
}
