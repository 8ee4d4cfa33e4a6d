using System.Diagnostics.CodeAnalysis;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Registrar;

/// <summary>
/// Where an agent's phone is called, as one text that grains keep and pass on: its Contact, and as Route header of the URI (RFC 3261 19.1.1) the hop that holds
/// the phone's flow (PROTOCOL rule 7).
/// </summary>
internal static class PhoneTarget
{
    private const string Route = HeaderNames.Route;

    /// <param name="contact">The Contact as registered.</param>
    /// <param name="path">The route to the flow that the phone registered over; null when it is reached at its Contact.</param>
    public static string Format(SipUri contact, SipUri? path)
    {
        var target = contact.WithoutHeaders();
        return (path is null ? target : target.AddHeader(Route, $"<{path}>")).ToString();
    }

    /// <summary>Reads what <see cref="Format"/> wrote, or an agent's Contact from the configuration.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SipUri? target, out IReadOnlyList<SipUri> route)
    {
        route = [];
        if (!SipUri.TryParse(text, out target)) return false;
        if (target.Headers[Route] is { } value)
        {
            if (!NameAddress.TryParse(SipUri.Unescape(value), out var hop)) return false;
            route = [hop.Uri];
        }

        target = target.WithoutHeaders();
        return true;
    }
}
