namespace CallCluster.Sip.Sdp;

/// <summary>Collects the lines of a description while <see cref="SdpParser"/> reads them; lines after an m= belong to it.</summary>
internal sealed class SdpBuilder
{
    private readonly List<string> _emails = [];
    private readonly List<string> _phones = [];
    private readonly List<(string Value, List<string> Repeats)> _timings = [];
    private readonly List<MediaDescription> _media = [];
    private SdpSection _section = new();
    private SdpSection? _session;
    private MediaDescription? _line;
    private string? _name;
    private string? _uri;
    private string? _timeZones;

    public bool HasVersion { get; private set; }

    public SdpOrigin? Origin { get; private set; }

    public SdpError Add(char type, string value) => type switch
    {
        'm' => AddMedia(value),
        'i' => Once(ref _section.Information, value),
        'c' => AddConnection(value),
        'b' => AddBandwidth(value),
        'k' => Once(ref _section.Key, value),
        'a' => AddAttribute(value),
        _ when _line is null => AddSessionLine(type, value),
        _ => Unknown(type, value),
    };

    public SessionDescription Build()
    {
        CloseMedia();
        var session = _session ?? _section;
        return new SessionDescription
        {
            Origin = Origin!,
            Name = _name ?? "-",
            Information = session.Information,
            Uri = _uri,
            Emails = _emails,
            Phones = _phones,
            Connection = session.Connections.Count > 0 ? session.Connections[0] : null,
            Bandwidths = session.Bandwidths,
            Timings = _timings.Count == 0 ? [SdpTiming.Permanent] : [.. _timings.Select(t => new SdpTiming(t.Value, t.Repeats))],
            TimeZones = _timeZones,
            Key = session.Key,
            Attributes = session.Attributes,
            UnknownLines = session.Unknown,
            Media = _media,
        };
    }

    private SdpError AddSessionLine(char type, string value)
    {
        switch (type)
        {
            case 'v': return AddVersion(value);
            case 'o': return AddOrigin(value);
            case 's': return Once(ref _name, value);
            case 'u': return Once(ref _uri, value);
            case 'z': return Once(ref _timeZones, value);
            case 'e': _emails.Add(value); return SdpError.None;
            case 'p': _phones.Add(value); return SdpError.None;
            case 't': _timings.Add((value, [])); return SdpError.None;
            case 'r':
                if (_timings.Count == 0)
                    return SdpError.RepeatWithoutTiming;
                _timings[^1].Repeats.Add(value);
                return SdpError.None;
            default: return Unknown(type, value);
        }
    }

    /// <summary>RFC 8866 §5.1: <c>v=0</c>.</summary>
    private SdpError AddVersion(string value)
    {
        if (HasVersion)
            return SdpError.DuplicateLine;
        HasVersion = true;
        return value.AsSpan().TrimEnd(' ') is "0" ? SdpError.None : SdpError.UnsupportedVersion;
    }

    /// <summary>RFC 8866 §5.2: <c>o=username sess-id sess-version nettype addrtype unicast-address</c>.</summary>
    private SdpError AddOrigin(string value)
    {
        if (Origin is not null)
            return SdpError.DuplicateLine;
        var f = value.Split(' ', 8, StringSplitOptions.RemoveEmptyEntries);
        if (f.Length != 6)
            return SdpError.MalformedOrigin;
        Origin = new SdpOrigin(f[0], f[1], f[2], f[3], f[4], f[5]);
        return SdpError.None;
    }

    /// <summary>RFC 8866 §5.7: <c>c=nettype addrtype connection-address</c>. A session has one, a media line may have several.</summary>
    private SdpError AddConnection(string value)
    {
        if (_line is null && _section.Connections.Count > 0)
            return SdpError.DuplicateLine;
        var f = value.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
        if (f.Length != 3)
            return SdpError.MalformedConnection;
        _section.Connections.Add(new SdpConnection(f[0], f[1], f[2]));
        return SdpError.None;
    }

    /// <summary>RFC 8866 §5.8: <c>b=bwtype ":" bandwidth</c>.</summary>
    private SdpError AddBandwidth(string value)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !SdpNumber.TryParse(value.AsSpan(colon + 1).Trim(' '), int.MaxValue, out var bandwidth))
            return SdpError.MalformedBandwidth;
        _section.Bandwidths.Add(new SdpBandwidth(value[..colon], bandwidth));
        return SdpError.None;
    }

    /// <summary>RFC 8866 §5.13: <c>a=attribute-name [":" attribute-value]</c>.</summary>
    private SdpError AddAttribute(string value)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        var name = (colon < 0 ? value : value[..colon]).TrimEnd(' ');
        if (name.Length == 0)
            return SdpError.MalformedAttribute;
        _section.Attributes.Add(new SdpAttribute(name, colon < 0 ? null : value[(colon + 1)..]));
        return SdpError.None;
    }

    /// <summary>RFC 8866 §5.14: <c>m=media port ["/" integer] proto 1*(SP fmt)</c>.</summary>
    private SdpError AddMedia(string value)
    {
        CloseMedia();
        _session ??= _section;
        _section = new SdpSection();
        if (_media.Count == SdpLimits.Media)
            return SdpError.TooManyMedia;
        var f = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (f.Length < 4)
            return SdpError.MalformedMedia;
        if (f.Length - 3 > SdpLimits.Formats)
            return SdpError.TooManyFormats;
        var port = f[1].AsSpan();
        var count = 1;
        if (port.IndexOf('/') is >= 0 and var slash)
        {
            if (!SdpNumber.TryParse(port[(slash + 1)..], 65535, out count) || count == 0)
                return SdpError.MalformedMedia;
            port = port[..slash];
        }

        if (!SdpNumber.TryParse(port, 65535, out var number))
            return SdpError.MalformedMedia;
        _line = new MediaDescription { Media = f[0], Port = number, PortCount = count, Protocol = f[2], Formats = f[3..] };
        return SdpError.None;
    }

    private void CloseMedia()
    {
        if (_line is null)
            return;
        _media.Add(_line with
        {
            Information = _section.Information,
            Connections = _section.Connections,
            Bandwidths = _section.Bandwidths,
            Key = _section.Key,
            Attributes = _section.Attributes,
            UnknownLines = _section.Unknown,
        });
        _line = null;
    }

    private SdpError Unknown(char type, string value)
    {
        _section.Unknown.Add(new SdpLine(type, value));
        return SdpError.None;
    }

    private static SdpError Once(ref string? field, string value)
    {
        if (field is not null)
            return SdpError.DuplicateLine;
        field = value;
        return SdpError.None;
    }

    /// <summary>The lines that may stand in the session's section and in each media line's.</summary>
    private sealed class SdpSection
    {
        public string? Information;
        public string? Key;

        public List<SdpConnection> Connections { get; } = [];

        public List<SdpBandwidth> Bandwidths { get; } = [];

        public List<SdpAttribute> Attributes { get; } = [];

        public List<SdpLine> Unknown { get; } = [];
    }
}
