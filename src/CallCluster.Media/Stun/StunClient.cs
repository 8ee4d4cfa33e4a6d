using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace CallCluster.Media.Stun;

/// <summary>Asks a STUN server from which public address this host is seen: one Binding transaction over UDP (RFC 8489 section 6.2.1).</summary>
public static class StunClient
{
    // Section 6.2.1: RTO, Rc and Rm. A server that never answers is given up 39.5 s after the first request.
    private const int Requests = 7;
    private const int LastWait = 16;
    private static readonly TimeSpan RetransmitAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>The address that packets from <paramref name="local"/> have when they reach the server. A NAT must keep ports or map one to one for it to be of use.</summary>
    /// <exception cref="StunException">The server has no address of the same family, does not answer in time, or answers with an error or with an address that is of no use.</exception>
    /// <exception cref="OperationCanceledException">Asked for by <paramref name="cancellationToken"/>.</exception>
    public static async Task<IPAddress> FindPublicAddress(StunServer server, IPAddress local, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(server.Host, local.AddressFamily, cancellationToken).ConfigureAwait(false);
            if (addresses.Length == 0)
                throw new StunException($"STUN server {server} has no address of the family of {local}. Name another, or set the advertised address itself.");
            foreach (var address in addresses)
            {
                using var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(new IPEndPoint(local, 0));
                // A connected socket takes datagrams from the server only.
                await socket.ConnectAsync(address, server.Port, cancellationToken).ConfigureAwait(false);
                if (await Ask(socket, server, clock, cancellationToken).ConfigureAwait(false) is { } found)
                    return found;
            }
        }
        catch (SocketException e)
        {
            throw new StunException($"STUN server {server} cannot be asked from {local}: {e.Message}. Check its name and port, or set the advertised address itself.", e);
        }
        throw new StunException($"STUN server {server} did not answer {Requests} requests. Check that it runs and that UDP to it is not blocked, or set the advertised address itself.");
    }

    /// <summary>The address that the server tells; null when it does not answer.</summary>
    private static async Task<IPAddress?> Ask(Socket socket, StunServer server, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = MakeRequest();
        var buffer = new byte[StunMessage.MaxLength + 1];
        for (var i = 0; i < Requests; i++)
        {
            var wait = RetransmitAfter * (i == Requests - 1 ? LastWait : 1 << i);
            using var timeout = new CancellationTokenSource(wait, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                await Survive(async () => await socket.SendAsync(request, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                for (; ; )
                {
                    var length = await Survive(async () => await socket.ReceiveAsync(buffer, either.Token).ConfigureAwait(false)).ConfigureAwait(false);
                    if (Read(buffer.AsSpan(0, length), request, server, ((IPEndPoint)socket.LocalEndPoint!).AddressFamily) is { } address)
                        return address;
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The next request.
            }
        }
        return null;
    }

    // A server that is being started again, or a forged ICMP message: the request counts as lost (section 6.2.1).
    private static async Task<int> Survive(Func<Task<int>> act)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return 0;
        }
    }

    private static byte[] MakeRequest()
    {
        Span<byte> memory = stackalloc byte[64];
        var writer = new StunWriter(memory, StunClass.Request, RandomNumberGenerator.GetBytes(StunMessage.TransactionIdLength));
        writer.AddFingerprint();
        return writer.Written.ToArray();
    }

    /// <summary>The address that an answer tells; null for what is no answer to this request.</summary>
    /// <exception cref="StunException">It is an error, or no address that a peer could send to.</exception>
    internal static IPAddress? Read(ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> request, StunServer server, AddressFamily family)
    {
        if (!StunMessage.TryParse(datagram, out var answer) || !answer.TransactionId.SequenceEqual(request.Slice(8, StunMessage.TransactionIdLength)))
            return null;
        if (answer.Class == StunClass.Error)
            throw new StunException($"STUN server {server} answered with error {answer.ReadErrorCode()}. Name another, or set the advertised address itself.");
        if (answer.Class != StunClass.Success || !answer.TryReadMappedAddress(out var mapped))
            return null;
        var address = mapped.ToEndPoint().Address;
        if (address.AddressFamily != family || IsNobodys(address))
            throw new StunException($"STUN server {server} says that this host is seen as {address}, which no peer could send to. Name another, or set the advertised address itself.");
        return address;
    }

    private static bool IsNobodys(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.IsIPv6Multicast
        || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= 224);
}
