using System.Globalization;
using System.Text;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Sdp;

/// <summary>Writes a description in the order of RFC 8866 §5, lines of unknown type at the end of their section.</summary>
public static class SdpWriter
{
    public static byte[] Write(SessionDescription description)
    {
        var text = SharedText.Take();
        Line(text, 'v', "0");
        Line(text, 'o', description.Origin.ToString());
        Line(text, 's', description.Name);
        Line(text, 'i', description.Information);
        Line(text, 'u', description.Uri);
        foreach (var email in description.Emails)
            Line(text, 'e', email);
        foreach (var phone in description.Phones)
            Line(text, 'p', phone);
        Line(text, 'c', description.Connection?.ToString());
        Bandwidths(text, description.Bandwidths);
        foreach (var timing in description.Timings)
        {
            Line(text, 't', timing.Value);
            foreach (var repeat in timing.Repeats)
                Line(text, 'r', repeat);
        }

        Line(text, 'z', description.TimeZones);
        Line(text, 'k', description.Key);
        Rest(text, description.Attributes, description.UnknownLines);
        foreach (var media in description.Media)
            Media(text, media);
        return SharedText.ToUtf8(text);
    }

    private static void Media(StringBuilder text, MediaDescription media)
    {
        text.Append("m=").Append(media.Media).Append(' ').Append(CultureInfo.InvariantCulture, $"{media.Port}");
        if (media.PortCount != 1)
            text.Append(CultureInfo.InvariantCulture, $"/{media.PortCount}");
        text.Append(' ').Append(media.Protocol);
        foreach (var format in media.Formats)
            text.Append(' ').Append(format);
        text.Append("\r\n");
        Line(text, 'i', media.Information);
        foreach (var connection in media.Connections)
            Line(text, 'c', connection.ToString());
        Bandwidths(text, media.Bandwidths);
        Line(text, 'k', media.Key);
        Rest(text, media.Attributes, media.UnknownLines);
    }

    private static void Bandwidths(StringBuilder text, IReadOnlyList<SdpBandwidth> bandwidths)
    {
        foreach (var bandwidth in bandwidths)
            Line(text, 'b', string.Create(CultureInfo.InvariantCulture, $"{bandwidth.Type}:{bandwidth.Value}"));
    }

    private static void Rest(StringBuilder text, IReadOnlyList<SdpAttribute> attributes, IReadOnlyList<SdpLine> unknown)
    {
        foreach (var attribute in attributes)
            Line(text, 'a', attribute.ToString());
        foreach (var line in unknown)
            Line(text, line.Type, line.Value);
    }

    private static void Line(StringBuilder text, char type, string? value)
    {
        if (value is null)
            return;
        // A line break in a value would let its author add lines of their own.
        if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
            throw new ArgumentException($"The value of the {type}= line holds a line break or NUL.", nameof(value));
        text.Append(type).Append('=').Append(value).Append("\r\n");
    }
}
