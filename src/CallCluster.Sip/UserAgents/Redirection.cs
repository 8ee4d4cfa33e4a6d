using System.Net;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.UserAgents;

/// <summary>The contacts that an INVITE was redirected to (RFC 3261 §8.1.3.4 and §21.3): best first, each once, a bounded number of them, and only as the application allows.</summary>
internal sealed class Redirection(InviteRequest first)
{
    private const int MaxContacts = 10;
    private const int MaxFollowed = 5;
    private readonly List<SipUri> _known = [first.Target];
    private readonly List<(NameAddress Contact, IPAddress From, InviteRequest Sent)> _left = [];
    private int _followed;

    /// <summary>Takes the contacts of a response to the INVITE as it was sent last.</summary>
    internal void Add(SipResponse response, InviteRequest sent, IPAddress from)
    {
        foreach (var contact in response.Contact.Take(MaxContacts))
        {
            var uri = contact.Uri;
            // §8.1.3.4: what was to be secret stays so. §19.1.5: a URI may not make anything but an INVITE of ours.
            if ((!uri.IsSip && !uri.IsTel) || (first.Target.IsSecure && !uri.IsSecure) || uri.Parameters["method"] is not (null or SipMethods.Invite) || _known.Contains(uri))
                continue;
            _known.Add(uri);
            _left.Add((contact, from, sent));
        }
    }

    /// <summary>The INVITE to the best contact that is allowed, with the To of the first; null when there is none left.</summary>
    /// <param name="last">The INVITE as it was sent last.</param>
    /// <param name="status">How that ended.</param>
    internal InviteRequest? Next(InviteRequest last, int status)
    {
        while (_left.Count > 0 && _followed < MaxFollowed)
        {
            var best = _left.MaxBy(item => item.Contact.Q ?? 1);
            _left.Remove(best);
            if (first.Redirect!(new RedirectContact(best.Sent, best.Contact.Uri.WithoutHeaders(), best.From, last, status)) is not { } next || IsLoop(next, best.Contact.Uri))
                continue;
            _followed++;
            return next with { To = first.To ?? new NameAddress(first.Target) };
        }

        return null;
    }

    /// <summary>The application may have made another URI of the contact: that was called before?</summary>
    private bool IsLoop(InviteRequest next, SipUri contact)
    {
        if (next.Target.Equals(contact))
            return false;
        if (_known.Contains(next.Target))
            return true;
        _known.Add(next.Target);
        return false;
    }
}
