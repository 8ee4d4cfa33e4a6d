using System.Net;

namespace CallCluster.Sip.Location;

/// <summary>DNS, as far as RFC 3263 asks it. Asked under the endpoint's lock, so nothing may block before the task is there; throws whatever went wrong when there was no answer. "There is none" is an answer.</summary>
internal interface INameServer
{
    Task<DnsAnswer<Naptr>> NaptrAsync(string domain);

    Task<DnsAnswer<Srv>> SrvAsync(string name);

    /// <summary>A and AAAA.</summary>
    Task<DnsAnswer<IPAddress>> AddressesAsync(string host);
}

/// <param name="Records">Empty: there are none.</param>
/// <param name="Lifetime">How long this may be believed.</param>
internal readonly record struct DnsAnswer<T>(IReadOnlyList<T> Records, TimeSpan Lifetime);

/// <summary>RFC 3403 §4.1. The replacement without its last dot.</summary>
internal readonly record struct Naptr(int Order, int Preference, string Flags, string Services, string Replacement);

/// <summary>RFC 2782. The target without its last dot; empty: the service is decidedly not there.</summary>
internal readonly record struct Srv(int Priority, int Weight, int Port, string Target);
