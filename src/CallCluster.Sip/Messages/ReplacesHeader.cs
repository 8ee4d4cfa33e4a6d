using System.Diagnostics.CodeAnalysis;
using CallCluster.Sip.Dialogs;

namespace CallCluster.Sip.Messages;

/// <summary>The value of Replaces (RFC 3891 §6.1): the dialog, as its receiver sees it, whose place a new one takes.</summary>
/// <param name="Dialog">Call-ID, the receiver's tag (to-tag), its peer's tag (from-tag).</param>
/// <param name="EarlyOnly">Not when it has been answered.</param>
public sealed record ReplacesHeader(DialogId Dialog, bool EarlyOnly = false)
{
    /// <summary>The extension's name in Supported and Require.</summary>
    public const string OptionTag = "replaces";

    private const string ToTag = "to-tag";
    private const string FromTag = "from-tag";
    private const string EarlyOnlyFlag = "early-only";
    private const int MaxLength = 1000;

    /// <summary>Replaces = "Replaces" HCOLON callid *(SEMI replaces-param); both tags once, early-only at most once, others are passed over.</summary>
    public static bool TryParse(string? value, [NotNullWhen(true)] out ReplacesHeader? replaces)
    {
        replaces = null;
        if (value is null || value.Length > MaxLength) return false;
        var parts = value.Split(';', StringSplitOptions.TrimEntries);
        string? toTag = null, fromTag = null;
        var earlyOnly = false;
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals].TrimEnd();
            var argument = equals < 0 ? "" : part[(equals + 1)..].TrimStart();
            if (name.Equals(ToTag, StringComparison.OrdinalIgnoreCase))
            {
                if (toTag is not null || argument.Length == 0) return false;
                toTag = argument;
            }
            else if (name.Equals(FromTag, StringComparison.OrdinalIgnoreCase))
            {
                if (fromTag is not null || argument.Length == 0) return false;
                fromTag = argument;
            }
            else if (name.Equals(EarlyOnlyFlag, StringComparison.OrdinalIgnoreCase))
            {
                if (earlyOnly || equals >= 0) return false;
                earlyOnly = true;
            }
        }

        if (!IsWord(parts[0]) || !IsWord(toTag) || !IsWord(fromTag)) return false;
        replaces = new ReplacesHeader(new DialogId(parts[0], toTag, fromTag), earlyOnly);
        return true;
    }

    // It may come out of an escaped URI and go into a header of ours.
    private static bool IsWord([NotNullWhen(true)] string? text) => text is { Length: > 0 } && !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !text.AsSpan().ContainsAny(',', '"');

    public override string ToString() => $"{Dialog.CallId};{ToTag}={Dialog.LocalTag};{FromTag}={Dialog.RemoteTag}{(EarlyOnly ? $";{EarlyOnlyFlag}" : "")}";
}
