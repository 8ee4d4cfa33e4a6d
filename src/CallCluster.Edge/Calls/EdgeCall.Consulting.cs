using CallCluster.Edge.Legs;
using CallCluster.Sip.Dialogs;

namespace CallCluster.Edge.Calls;

/// <content>Agents who have two calls and want to join them (RFC 5589 7). Only from the mailbox.</content>
internal sealed partial class EdgeCall
{
    /// <summary>With whom an agent talks in this call by a dialog of theirs, when that is a party behind a trunk.</summary>
    public ConsultedParty? ConsultedBy(string agent, DialogId dialog) => _legs.Select(leg => leg.ConsultedBy(agent, dialog)).FirstOrDefault(party => party is not null);

    /// <summary>With whom an agent of this call talks in another, which they asked to leave this one to.</summary>
    public ConsultedParty? FindConsulted(string otherCall) => _legs.Select(leg => leg.ConsultedIn(otherCall)).FirstOrDefault(party => party is not null);
}
