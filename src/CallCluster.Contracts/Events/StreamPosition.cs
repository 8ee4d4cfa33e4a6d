using System.Globalization;

namespace CallCluster.Contracts.Events;

/// <summary>A place in the stream of events: the id that a listener resumes from.</summary>
/// <param name="Epoch">Which stream it is: another after a restart.</param>
/// <param name="Number">Of the entry, from 1.</param>
[GenerateSerializer, Immutable, Alias("StreamPosition")]
public readonly record struct StreamPosition([property: Id(622)] long Epoch, [property: Id(623)] long Number)
{
    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out StreamPosition position)
    {
        position = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !long.TryParse(text.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var epoch)
            || !long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        position = new StreamPosition(epoch, number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch:x}-{Number}");
}
