using System.Buffers.Text;
using System.Globalization;
using System.Text;
using CallCluster.Host.Api.Problems;

namespace CallCluster.Host.Api;

/// <summary>Where a page of callers in line ended. To clients it is text without meaning.</summary>
/// <param name="Place">The last one's place key.</param>
/// <param name="CallId">The last one's call.</param>
internal readonly record struct PlaceCursor(long Place, string CallId)
{
    /// <summary>The cursor that a client gives back; null begins with the first.</summary>
    /// <exception cref="FieldException">It is none of ours.</exception>
    public static PlaceCursor Parse(string? text)
    {
        if (text is null) return new PlaceCursor(0, "");
        if (Base64Url.IsValid(text) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ') is [var place, var call] && Listing.IsId(call)
            && long.TryParse(place, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ticks)) return new PlaceCursor(ticks, call);
        throw new FieldException("cursor", "cursor is none that a list has given.");
    }

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Place} {CallId}")));
}
