using System.Text;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Messages;

/// <summary>
/// The header fields of a message in their order. Received fields are slices of the message's own bytes and become strings when
/// asked for; they are written as they came. Names are found by their canonical, compact or any-case form.
/// </summary>
public sealed class HeaderTable
{
    // What a message of ours has: one that is outgrown is garbage at once.
    private const int InitialCapacity = 12;

    private Entry[] _entries;
    private int _count;

    internal HeaderTable(int capacity = InitialCapacity) => _entries = new Entry[capacity];

    public int Count => _count;

    /// <summary>Rises with each change, so that typed values read from the table know when they are stale.</summary>
    internal int Version { get; private set; }

    /// <summary>The first field's value, or null.</summary>
    public string? Get(string name)
    {
        var index = IndexOf(name, 0);
        return index < 0 ? null : Value(index);
    }

    /// <summary>All values of that name, one per field: lists within a field are not split.</summary>
    public IReadOnlyList<string> GetAll(string name)
    {
        var values = new List<string>();
        for (var i = IndexOf(name, 0); i >= 0; i = IndexOf(name, i + 1))
            values.Add(Value(i));
        return values;
    }

    public bool Contains(string name) => IndexOf(name, 0) >= 0;

    /// <summary>Adds a field at the end. Line ends and other controls in the value become spaces: no value can smuggle in a field.</summary>
    /// <exception cref="ArgumentException">The name is no token.</exception>
    public void Add(string name, string value) => InsertAt(_count, NewEntry(name, value));

    /// <summary>Adds a field before the first of its name, or before all others when there is none: for Via, Route, Record-Route.</summary>
    /// <exception cref="ArgumentException">The name is no token.</exception>
    public void Prepend(string name, string value) => InsertAt(Math.Max(IndexOf(name, 0), 0), NewEntry(name, value));

    /// <summary>Leaves one field of that name, where the first one was, or adds it at the end.</summary>
    /// <exception cref="ArgumentException">The name is no token.</exception>
    public void Set(string name, string value)
    {
        var index = IndexOf(name, 0);
        if (index < 0)
        {
            Add(name, value);
            return;
        }

        _entries[index] = NewEntry(name, value);
        RemoveFrom(name, index + 1);
        Version++;
    }

    /// <summary>True when there was a field of that name.</summary>
    public bool Remove(string name)
    {
        var index = IndexOf(name, 0);
        if (index < 0)
            return false;
        RemoveFrom(name, index);
        Version++;
        return true;
    }

    /// <summary>Adds all fields of that name from another message, byte for byte.</summary>
    public void CopyFrom(HeaderTable source, string name)
    {
        for (var i = source.IndexOf(name, 0); i >= 0; i = source.IndexOf(name, i + 1))
            InsertAt(_count, source._entries[i]);
    }

    public IEnumerator<HeaderField> GetEnumerator()
    {
        for (var i = 0; i < _count; i++)
            yield return new HeaderField(Name(i), Value(i));
    }

    internal void AddReceived(byte[] message, in HeaderLine line)
    {
        var start = line.ValueStart;
        var end = start + line.ValueLength;
        while (start < end && Grammar.IsWhitespace(message[start]))
            start++;
        while (end > start && Grammar.IsWhitespace(message[end - 1]))
            end--;
        if (_count == _entries.Length)
            Grow();
        ref var entry = ref _entries[_count++];
        entry.Id = line.Id;
        entry.Buffer = message;
        entry.NameStart = line.NameStart;
        entry.NameLength = line.NameLength;
        entry.ValueStart = start;
        entry.ValueLength = end - start;
    }

    internal HeaderId Id(int index) => _entries[index].Id;

    internal ReadOnlySpan<byte> ValueBytes(int index)
    {
        ref readonly var entry = ref _entries[index];
        return entry.Buffer.AsSpan(entry.ValueStart, entry.ValueLength);
    }

    internal ReadOnlySpan<byte> NameBytes(int index)
    {
        ref readonly var entry = ref _entries[index];
        if (entry.Id != HeaderId.Other)
            return HeaderIds.Utf8Name(entry.Id);
        return entry.Name is null ? entry.Buffer.AsSpan(entry.NameStart, entry.NameLength) : Encoding.ASCII.GetBytes(entry.Name);
    }

    internal string Name(int index)
    {
        ref var entry = ref _entries[index];
        if (entry.Id != HeaderId.Other)
            return HeaderIds.Name(entry.Id);
        return entry.Name ?? Encoding.ASCII.GetString(entry.Buffer.AsSpan(entry.NameStart, entry.NameLength));
    }

    internal string Value(int index)
    {
        ref var entry = ref _entries[index];
        return entry.Value ??= SipText.Decode(entry.Buffer.AsSpan(entry.ValueStart, entry.ValueLength));
    }

    internal int IndexOf(HeaderId id, int from = 0)
    {
        for (var i = from; i < _count; i++)
        {
            if (_entries[i].Id == id)
                return i;
        }

        return -1;
    }

    private int IndexOf(string name, int from)
    {
        var id = HeaderIds.Find(name);
        if (id != HeaderId.Other)
            return IndexOf(id, from);
        for (var i = from; i < _count; i++)
        {
            if (_entries[i].Id == HeaderId.Other && Ascii.EqualsIgnoreCase(NameBytes(i), name))
                return i;
        }

        return -1;
    }

    private void InsertAt(int index, in Entry entry)
    {
        if (_count == _entries.Length)
            Grow();
        Array.Copy(_entries, index, _entries, index + 1, _count - index);
        _entries[index] = entry;
        _count++;
        Version++;
    }

    private void Grow() => Array.Resize(ref _entries, Math.Max(_count * 2, 4));

    private void RemoveFrom(string name, int start)
    {
        var kept = start;
        var end = _count;
        for (var i = IndexOf(name, start); i >= 0; i = IndexOf(name, i + 1))
            _entries[i].Buffer = null;
        for (var i = start; i < end; i++)
        {
            if (_entries[i].Buffer is not null)
                _entries[kept++] = _entries[i];
        }

        Array.Clear(_entries, kept, end - kept);
        _count = kept;
    }

    private static Entry NewEntry(string name, string value)
    {
        var id = HeaderIds.Find(name);
        if (id == HeaderId.Other && (name.Length == 0 || Encoding.UTF8.GetBytes(name).AsSpan().IndexOfAnyExcept(Grammar.Token) >= 0))
            throw new ArgumentException("A header name must be a token.", nameof(name));
        value = SipText.HeaderValue(value).Trim(' ', '\t');
        var bytes = Encoding.UTF8.GetBytes(value);
        return new Entry { Id = id, Name = id == HeaderId.Other ? name : null, Value = value, Buffer = bytes, ValueLength = bytes.Length };
    }

    private struct Entry
    {
        public byte[]? Buffer;
        public string? Name;
        public string? Value;
        public int NameStart;
        public int NameLength;
        public int ValueStart;
        public int ValueLength;
        public HeaderId Id;
    }
}
