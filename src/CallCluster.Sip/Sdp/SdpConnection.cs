using System.Net;
using System.Net.Sockets;

namespace CallCluster.Sip.Sdp;

/// <summary>A <c>c=</c> line (RFC 8866 §5.7): <c>IN IP4 192.0.2.1</c>, where the address may be a host name or carry a multicast <c>/ttl</c>.</summary>
public sealed record SdpConnection(string NetworkType, string AddressType, string Address)
{
    /// <summary>The line for a unicast address.</summary>
    public static SdpConnection For(IPAddress address) =>
        new("IN", address.AddressFamily == AddressFamily.InterNetworkV6 ? "IP6" : "IP4", address.ToString());

    /// <summary>The literal unicast address, or null for a host name, multicast, or an address that its own type contradicts.</summary>
    public IPAddress? IPAddress =>
        NetworkType == "IN" && System.Net.IPAddress.TryParse(Address, out var address)
            && address.AddressFamily == (AddressType == "IP6" ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
            // "1" and "0x7f.1" parse as IPv4, but RFC 8866's grammar has four decimal parts.
            && (address.AddressFamily == AddressFamily.InterNetworkV6 ? !Address.Contains('%', StringComparison.Ordinal) : address.ToString() == Address)
            && !IsMulticast(address)
            ? address : null;

    /// <summary>True for 0.0.0.0 or ::, which asks that nothing be sent (RFC 3264 §8.4).</summary>
    public bool IsUnspecified => IPAddress is { } a && (a.Equals(System.Net.IPAddress.Any) || a.Equals(System.Net.IPAddress.IPv6Any));

    private static bool IsMulticast(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? address.IsIPv6Multicast : address.GetAddressBytes()[0] is >= 224;

    public override string ToString() => $"{NetworkType} {AddressType} {Address}";
}
