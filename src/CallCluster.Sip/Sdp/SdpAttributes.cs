using System.Net;

namespace CallCluster.Sip.Sdp;

/// <summary>Reads the attributes that have a meaning here. What does not parse counts as absent: an attribute never fails a description.</summary>
internal static class SdpAttributes
{
    public static bool Has(IReadOnlyList<SdpAttribute> attributes, string name) => IndexOf(attributes, name) >= 0;

    public static string? Value(IReadOnlyList<SdpAttribute> attributes, string name)
    {
        var index = IndexOf(attributes, name);
        return index < 0 ? null : attributes[index].Value;
    }

    /// <summary>RFC 8866 §6.7: a=recvonly, a=sendrecv, a=sendonly, a=inactive. The first one wins.</summary>
    public static MediaDirection? Direction(IReadOnlyList<SdpAttribute> attributes)
    {
        foreach (var attribute in attributes)
        {
            switch (attribute.Name)
            {
                case "sendrecv": return MediaDirection.SendRecv;
                case "sendonly": return MediaDirection.SendOnly;
                case "recvonly": return MediaDirection.RecvOnly;
                case "inactive": return MediaDirection.Inactive;
                default: continue;
            }
        }

        return null;
    }

    /// <summary>RFC 8866 §6.4, §6.5. <c>ptime-value = non-zero-int-or-real</c>: a fraction is cut off.</summary>
    public static int? Milliseconds(IReadOnlyList<SdpAttribute> attributes, string name)
    {
        if (Value(attributes, name) is not { } text)
            return null;
        var digits = text.AsSpan().Trim(' ');
        if (digits.IndexOf('.') is >= 0 and var point)
            digits = digits[..point];
        return SdpNumber.TryParse(digits, 1000, out var value) && value > 0 ? value : null;
    }

    public static IReadOnlyList<RtpMap> RtpMaps(MediaDescription media)
    {
        var maps = new List<RtpMap>(media.Formats.Count);
        foreach (var format in media.Formats)
        {
            // "00" is no payload type: it could not be answered as it was offered.
            if (!SdpNumber.TryParse(format, 127, out var payloadType) || (format.Length > 1 && format[0] == '0'))
                continue;
            if (Mapped(media.Attributes, payloadType) is { } map)
                maps.Add(map);
            else if (StaticMap(payloadType) is { } known)
                maps.Add(known);
        }

        return maps;
    }

    public static string? FormatParameters(IReadOnlyList<SdpAttribute> attributes, string format)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.Name == "fmtp" && attribute.Value is { } value && value.StartsWith(format, StringComparison.Ordinal)
                && value.Length > format.Length && value[format.Length] == ' ')
                return value[(format.Length + 1)..].Trim(' ');
        }

        return null;
    }

    /// <summary>RFC 3605 §2.1: <c>"a=" "rtcp" ":" port [nettype addrtype connection-address]</c>. The port may stand alone.</summary>
    public static IPEndPoint? Rtcp(IReadOnlyList<SdpAttribute> attributes, IPAddress address)
    {
        if (Value(attributes, "rtcp") is not { } value)
            return null;
        var fields = value.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (1 or 4) || !SdpNumber.TryParse(fields[0], 65535, out var port) || port == 0)
            return null;
        if (fields.Length == 1)
            return new IPEndPoint(address, port);
        var other = new SdpConnection(fields[1], fields[2], fields[3]).IPAddress;
        return other is not null && other.AddressFamily == address.AddressFamily ? new IPEndPoint(other, port) : null;
    }

    /// <summary>RFC 8866 §6.6: <c>payload-type SP encoding-name "/" clock-rate ["/" encoding-params]</c>.</summary>
    private static RtpMap? Mapped(IReadOnlyList<SdpAttribute> attributes, int payloadType)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.Name != "rtpmap" || attribute.Value is not { } value)
                continue;
            var text = value.AsSpan();
            var space = text.IndexOf(' ');
            if (space <= 0 || !SdpNumber.TryParse(text[..space], 127, out var number) || number != payloadType)
                continue;
            var encoding = text[(space + 1)..].Trim(' ');
            var slash = encoding.IndexOf('/');
            if (slash <= 0)
                continue;
            var name = encoding[..slash];
            var rate = encoding[(slash + 1)..];
            var channels = 1;
            if (rate.IndexOf('/') is >= 0 and var second)
            {
                if (!SdpNumber.TryParse(rate[(second + 1)..], 255, out channels))
                    continue;
                rate = rate[..second];
            }

            if (SdpNumber.TryParse(rate, 10_000_000, out var clockRate))
                return new RtpMap(payloadType, name.ToString(), clockRate, channels);
        }

        return null;
    }

    /// <summary>The audio types of RFC 3551 §6, table 4, that telephony still sees.</summary>
    private static RtpMap? StaticMap(int payloadType) => payloadType switch
    {
        0 => new RtpMap(0, "PCMU", 8000),
        3 => new RtpMap(3, "GSM", 8000),
        4 => new RtpMap(4, "G723", 8000),
        8 => new RtpMap(8, "PCMA", 8000),
        9 => new RtpMap(9, "G722", 8000),
        13 => new RtpMap(13, "CN", 8000),
        15 => new RtpMap(15, "G728", 8000),
        18 => new RtpMap(18, "G729", 8000),
        _ => null,
    };

    private static int IndexOf(IReadOnlyList<SdpAttribute> attributes, string name)
    {
        for (var i = 0; i < attributes.Count; i++)
        {
            if (attributes[i].Name == name)
                return i;
        }

        return -1;
    }
}
