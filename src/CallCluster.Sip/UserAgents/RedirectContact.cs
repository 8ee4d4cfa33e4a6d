using System.Net;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.UserAgents;

/// <summary>Where an INVITE of ours is redirected to.</summary>
/// <param name="Sent">The INVITE as it was sent to who redirects it.</param>
/// <param name="Uri">The contact, without headers.</param>
/// <param name="From">The address that the response came from.</param>
/// <param name="Last">The INVITE as it was sent last: that one, or to a contact before this one, which came to nothing.</param>
/// <param name="Status">How the last one ended.</param>
public sealed record RedirectContact(InviteRequest Sent, SipUri Uri, IPAddress From, InviteRequest Last, int Status);
