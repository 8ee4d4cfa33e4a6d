using System.Net;
using CallCluster.Sip.Location;

namespace CallCluster.Sip.Tests.Support;

/// <summary>DNS as the test says: what is not there has no records, what is null does not answer.</summary>
internal sealed class FakeNames : INameServer
{
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    public TimeSpan Absence { get; set; } = TimeSpan.FromMinutes(1);

    public Dictionary<string, Naptr[]?> Naptrs { get; } = [];

    public Dictionary<string, Srv[]?> Srvs { get; } = [];

    public Dictionary<string, string[]?> Hosts { get; } = [];

    /// <summary>Where to find hosts that <see cref="Hosts"/> has not.</summary>
    public IPAddress[] OtherHosts { get; set; } = [];

    /// <summary>Answers wait for it.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    /// <summary>All questions, in order: "SRV _sip._udp.example".</summary>
    public List<string> Asked { get; } = [];

    public Task<DnsAnswer<Naptr>> NaptrAsync(string domain) => Answer("NAPTR", domain, Naptrs.GetValueOrDefault(domain, []));

    public Task<DnsAnswer<Srv>> SrvAsync(string name) => Answer("SRV", name, Srvs.GetValueOrDefault(name, []));

    public Task<DnsAnswer<IPAddress>> AddressesAsync(string host) =>
        Answer("A", host, Hosts.TryGetValue(host, out var addresses) ? addresses?.Select(IPAddress.Parse).ToArray() : OtherHosts);

    private async Task<DnsAnswer<T>> Answer<T>(string type, string name, T[]? records)
    {
        Asked.Add($"{type} {name}");
        await Until;
        return records is null ? throw new IOException("no answer") : new DnsAnswer<T>(records, records.Length > 0 ? Lifetime : Absence);
    }
}
