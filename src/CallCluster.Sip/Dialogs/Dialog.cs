using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Dialogs;

/// <summary>The state of one dialog, early or confirmed (RFC 3261 §12). Guarded by the endpoint's lock.</summary>
public sealed class Dialog
{
    private uint? _remoteCSeq;

    private Dialog(DialogId id, NameAddress local, NameAddress remote, SipUri remoteTarget, IReadOnlyList<NameAddress> routeSet, bool isInitiator)
    {
        Id = id;
        LocalParty = local;
        RemoteParty = remote;
        RemoteTarget = remoteTarget;
        RouteSet = routeSet;
        IsInitiator = isInitiator;
    }

    public DialogId Id { get; }

    /// <summary>Our address with our tag: From of our requests.</summary>
    public NameAddress LocalParty { get; }

    /// <summary>The peer's address with its tag: To of our requests.</summary>
    public NameAddress RemoteParty { get; }

    /// <summary>The peer's Contact, refreshed by re-INVITE and UPDATE (§12.2).</summary>
    public SipUri RemoteTarget { get; private set; }

    /// <summary>In the order in which our requests visit them; fixed once the dialog is confirmed.</summary>
    public IReadOnlyList<NameAddress> RouteSet { get; private set; }

    /// <summary>Whether we sent the INVITE, and so own the Call-ID.</summary>
    public bool IsInitiator { get; }

    public bool IsConfirmed { get; internal set; }

    /// <summary>CSeq of our last request in this dialog.</summary>
    public uint LocalCSeq { get; internal set; }

    /// <summary>CSeq of the peer's last request; null before the first.</summary>
    public uint? RemoteCSeq => _remoteCSeq;

    /// <summary>Where the peer's last message came from, or ours went to.</summary>
    internal SipFlow? Flow { get; set; }

    /// <summary>The peer's Contact is not where it sends from, so it is reached where it came from.</summary>
    internal bool IsBehindNat { get; set; }

    /// <summary>The first route, else the remote target (§12.2.1.1).</summary>
    internal SipUri NextHop => RouteSet.Count > 0 ? RouteSet[0].Uri : RemoteTarget;

    /// <summary>The UAS's side of an INVITE (§12.1.1).</summary>
    internal static Dialog ForServer(SipRequest invite, string localTag)
    {
        var remote = invite.From;
        var target = invite.Contact.Count > 0 ? invite.Contact[0].Uri : remote.Uri;
        return new Dialog(new DialogId(invite.CallId, localTag, remote.Tag ?? ""), invite.To.WithTag(localTag), remote, target, invite.RecordRoute, isInitiator: false)
        {
            _remoteCSeq = invite.CSeq.Number,
        };
    }

    /// <summary>The UAC's side of an INVITE and one response with a To tag (§12.1.2).</summary>
    internal static Dialog ForClient(SipRequest invite, SipResponse response)
    {
        var local = invite.From;
        var target = response.Contact.Count > 0 ? response.Contact[0].Uri : invite.RequestUri;
        return new Dialog(new DialogId(invite.CallId, local.Tag ?? "", response.To.Tag ?? ""), local, response.To, target, Reversed(response.RecordRoute), isInitiator: true)
        {
            LocalCSeq = invite.CSeq.Number,
        };
    }

    /// <summary>Where the request that made the dialog came from; the peer stands behind a NAT when its Contact names another address and no proxy stands between.</summary>
    internal void ReachAt(in SipFlow source, SipRequest request)
    {
        Flow = source;
        IsBehindNat = request.RecordRoute.Count == 0 && request.Via.Count == 1 && TransportLayer.AddressOf(RemoteTarget.Host) is { } contact && !contact.Equals(source.Remote.Address);
    }

    /// <summary>A 2xx in an early dialog: route set and target are computed again (§13.2.2.4).</summary>
    internal void Confirm(SipResponse response)
    {
        IsConfirmed = true;
        RouteSet = Reversed(response.RecordRoute);
        RefreshTarget(response);
    }

    internal void RefreshTarget(SipMessage message)
    {
        if (message.Contact.Count > 0)
            RemoteTarget = message.Contact[0].Uri;
    }

    /// <summary>Takes the CSeq of the peer's request; false when it is lower than one seen before (§12.2.2).</summary>
    internal bool TryAdvance(SipRequest request)
    {
        if (request.CSeq.Number < _remoteCSeq)
            return false;
        _remoteCSeq = request.CSeq.Number;
        return true;
    }

    /// <summary>A request within the dialog, without Via and Contact (§12.2.1.1); ACK takes the CSeq of its INVITE.</summary>
    internal SipRequest CreateRequest(string method, uint? cseq = null)
    {
        // A strict router wants itself in the Request-URI and the target as last route.
        var strict = RouteSet.Count > 0 && !RouteSet[0].Uri.IsLooseRouter;
        var request = new SipRequest(method, strict ? RouteSet[0].Uri.WithoutHeaders() : RemoteTarget);
        var headers = request.Headers;
        for (var i = strict ? 1 : 0; i < RouteSet.Count; i++)
            headers.Add(HeaderNames.Route, RouteSet[i].ToString());
        if (strict)
            headers.Add(HeaderNames.Route, $"<{RemoteTarget}>");
        headers.Add(HeaderNames.MaxForwards, "70");
        headers.Add(HeaderNames.From, LocalParty.ToString());
        headers.Add(HeaderNames.To, RemoteParty.ToString());
        headers.Add(HeaderNames.CallId, Id.CallId);
        headers.Add(HeaderNames.CSeq, new CSeq(cseq ?? ++LocalCSeq, method).ToString());
        return request;
    }

    private static NameAddress[] Reversed(IReadOnlyList<NameAddress> recordRoute)
    {
        if (recordRoute.Count == 0)
            return [];
        NameAddress[] routes = [.. recordRoute];
        Array.Reverse(routes);
        return routes;
    }
}
