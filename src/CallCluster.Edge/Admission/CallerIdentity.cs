using CallCluster.Edge.Legs;
using CallCluster.Sip.Messages;

namespace CallCluster.Edge.Admission;

/// <summary>Who calls, fit for records, tickets and agents' phones.</summary>
/// <param name="Number">Number or user part; "anonymous" when there is none.</param>
/// <param name="Name">Display name.</param>
internal readonly record struct CallerIdentity(string Number, string? Name)
{
    /// <summary>P-Asserted-Identity (RFC 3325) when the trunk is trusted to set it, else From.</summary>
    public static CallerIdentity Of(SipRequest request, bool trustAsserted)
    {
        var identity = request.From;
        if (trustAsserted && request.GetHeader("P-Asserted-Identity") is { } asserted && NameAddress.TryParse(asserted, out var parsed)) identity = parsed;
        var user = identity.Uri.User;
        return new CallerIdentity(string.IsNullOrEmpty(user) ? "anonymous" : Printable.Clean(user), identity.DisplayName is { Length: > 0 } name ? Printable.Clean(name) : null);
    }
}
