using System.Buffers.Text;
using System.Text;
using CallCluster.Host.Api.Problems;

namespace CallCluster.Host.Api;

/// <summary>Where a page of a list ended. To clients it is text without meaning.</summary>
internal static class ListCursor
{
    private const int Longest = 512;

    public static string Write(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    /// <summary>The key that a client gives back; null begins with the first.</summary>
    /// <exception cref="FieldException">It is none of ours.</exception>
    public static string? Read(string? cursor)
    {
        if (cursor is null) return null;
        if (cursor.Length is > 0 and <= Longest && Base64Url.IsValid(cursor)) return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        throw new FieldException("cursor", "cursor is none that a list has given.");
    }
}
