using CallCluster.Contracts.Calls;
using CallCluster.Sip.Sdp;

namespace CallCluster.Edge.Legs;

/// <content>
/// Hold from our side (RFC 3264 8.4): the party is told that no audio flows either way, so that its phone shows it and does not wonder at the silence. What is heard does not hang on that: the leg is
/// unbridged, and one whose phone refuses the offer is silent all the same.
/// </content>
internal abstract partial class Leg
{
    /// <summary>After which an offer is tried again that another one stands in the way of.</summary>
    private static readonly TimeSpan OfferAgainAfter = TimeSpan.FromMilliseconds(200);
    private bool _holdsParty;
    private bool _offerIsDue;

    private MediaDirection WantedDirection => _holdsParty ? MediaDirection.Inactive : MediaDirection.SendRecv;

    /// <summary>Puts the party on hold; nothing when it is.</summary>
    public void HoldParty()
    {
        if (!_holdsParty) WantParty(held: true);
    }

    /// <summary>Takes the party back; nothing when it is not on hold.</summary>
    public void ResumeParty()
    {
        if (_holdsParty) WantParty(held: false);
    }

    private void WantParty(bool held)
    {
        _holdsParty = held;
        if (Exchange is not { } exchange) return;
        exchange.Direction = WantedDirection;
        if (_offerIsDue) return;
        _offerIsDue = true;
        OfferDirection();
    }

    /// <summary>Offers what is wanted then. Not before the offer that is under way has been answered, by whichever side it was made.</summary>
    private void OfferDirection()
    {
        if (State == LegState.Ended || _isHungUp || Exchange is not { } exchange || Session is not { } session) return;
        if (!session.MayOffer || !session.Reinvite(exchange.CreateOffer().ToBody()))
        {
            PostAfter(OfferAgainAfter, OfferDirection);
            return;
        }

        _offerIsDue = false;
    }
}
