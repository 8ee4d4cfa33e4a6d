using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Flows;

/// <summary>
/// Names of flows for URIs and branches (RFC 5626 §5.2), with a MAC so that nobody else can make one. A connection is named by a number that is never used
/// again, so that who gets the same address and port later is not taken for it; over UDP a flow is listener and address. Under the endpoint's lock.
/// </summary>
internal sealed class FlowTokens
{
    private const string Prefix = "f-";
    private const int MacDigits = 20;
    private readonly byte[] _key;
    private readonly IReadOnlyList<SipTransport> _transports;
    private readonly SipTransport? _hop;
    private readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    /// <param name="key">Null takes a random one: tokens end with the process.</param>
    /// <param name="transports">Those of the endpoint.</param>
    internal FlowTokens(byte[]? key, IReadOnlyList<SipTransport> transports)
    {
        _key = key ?? RandomNumberGenerator.GetBytes(32);
        _transports = transports;
        _hop = transports.FirstOrDefault(transport => transport.Protocol.IsReachable());
    }

    internal string Name(in SipFlow flow) => Sign(flow.Connection is { } connection
        ? $"c.{_run}.{connection.Id:x}"
        : $"u.{flow.Transport.LocalEndPoint.Port}.{Convert.ToHexStringLower(flow.Remote.Address.GetAddressBytes())}.{flow.Remote.Port}");

    /// <summary>The URI by which others send over this flow: a loose route to us (RFC 3327, RFC 5626 §5.1). Names a listener that others can open.</summary>
    internal SipUri PathTo(in SipFlow flow) => Route(_hop ?? flow.Transport, Name(flow));

    /// <summary>The URI by which who is at the flow's end sends to this peer through us.</summary>
    internal SipUri PathBack(in SipFlow flow, SipUri peer)
    {
        var address = new SipUri(peer.Scheme, null, peer.Host, peer.Port);
        if (peer.Transport is { } transport)
            address = address.WithParameter(ParameterNames.Transport, transport);
        return Route(flow.Transport, Sign($"p.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(address.ToString()))}"));
    }

    /// <summary>Whether a route leads to one of our listeners.</summary>
    internal bool IsOurs(SipUri route)
    {
        foreach (var transport in _transports)
        {
            if (route.Port == transport.AdvertisedPort && route.Host.Equals(transport.AdvertisedHost, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>Reads a route that <see cref="PathTo"/> or <see cref="PathBack"/> made here, before a restart too.</summary>
    internal bool TryRead(SipUri route, out FlowToken token)
    {
        token = default;
        return route.User is { } user && IsOurs(route) && TryRead(user, out token);
    }

    /// <summary>Reads a name; false for any other text.</summary>
    internal bool TryRead(ReadOnlySpan<char> text, out FlowToken token)
    {
        token = default;
        if (!TryVerify(text, out var payload))
            return false;
        var parts = payload.ToString().Split('.');
        token = parts switch
        {
            ["c", var run, var id] => new FlowToken(run == _run ? FindConnection(id) : null, null),
            ["u", var local, var address, var port] => new FlowToken(Datagrams(Port(local), new IPEndPoint(new IPAddress(Convert.FromHexString(address)), Port(port))), null),
            ["p", var peer] => new FlowToken(null, SipUri.TryParse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(peer)), out var uri) ? uri : null),
            _ => default,
        };
        return true;
    }

    private SipFlow? FindConnection(string id)
    {
        var number = long.Parse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        foreach (var transport in _transports)
        {
            if (transport.FindConnection(number) is { } connection)
                return new SipFlow(transport, connection.Remote, connection);
        }

        return null;
    }

    private SipFlow? Datagrams(int localPort, IPEndPoint remote)
    {
        foreach (var transport in _transports)
        {
            if (transport.Protocol == SipTransportProtocol.Udp && transport.LocalEndPoint.Port == localPort && transport.LocalEndPoint.AddressFamily == remote.AddressFamily)
                return new SipFlow(transport, remote);
        }

        return null;
    }

    private static int Port(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static SipUri Route(SipTransport transport, string token) => transport.UriFor(token, secure: false).WithParameter(ParameterNames.Lr);

    private string Sign(string payload) => $"{Prefix}{payload}-{Mac(payload)}";

    private bool TryVerify(ReadOnlySpan<char> text, out ReadOnlySpan<char> payload)
    {
        payload = default;
        var end = text.LastIndexOf('-');
        if (!text.StartsWith(Prefix) || end < Prefix.Length || text.Length - end - 1 != MacDigits)
            return false;
        payload = text[Prefix.Length..end];
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Mac(payload.ToString())), Encoding.ASCII.GetBytes(text[(end + 1)..].ToString()));
    }

    private string Mac(string payload) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(payload)))[..MacDigits];
}
