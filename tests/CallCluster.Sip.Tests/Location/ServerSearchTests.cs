using System.Net;
using CallCluster.Sip.Location;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Tests.Location;

/// <summary>RFC 3263 §4.1 and §4.2: from a URI to transports, addresses and ports.</summary>
public sealed class ServerSearchTests
{
    private readonly FakeNames _names = new();
    private SipTransportProtocol[] _usable = [SipTransportProtocol.Udp, SipTransportProtocol.Tcp, SipTransportProtocol.Tls];

    public ServerSearchTests()
    {
        _names.Hosts["example.com"] = ["192.0.2.1"];
        _names.Hosts["a.example.com"] = ["192.0.2.11"];
        _names.Hosts["b.example.com"] = ["192.0.2.12", "2001:db8::12"];
    }

    [Fact]
    public async Task The_domain_says_by_NAPTR_which_transport_it_prefers()
    {
        Naptr(50, 50, "SIPS+D2T", "_sips._tcp.example.com");
        Naptr(90, 50, "SIP+D2T", "_sip._tcp.example.com");
        Srv("_sips._tcp.example.com", 0, 1, 5061, "a.example.com");
        Srv("_sip._tcp.example.com", 0, 1, 5060, "b.example.com");

        Assert.Equal(["Tls 192.0.2.11:5061"], await Find("sip:example.com"));
        _usable = [SipTransportProtocol.Udp, SipTransportProtocol.Tcp];
        Assert.Equal(["Tcp 192.0.2.12:5060", "Tcp [2001:db8::12]:5060"], await Find("sip:example.com"));
    }

    [Fact]
    public async Task Of_one_order_the_preference_decides_and_the_others_follow()
    {
        Naptr(10, 20, "SIP+D2U", "_sip._udp.example.com");
        Naptr(10, 10, "sip+d2t", "_sip._tcp.example.com");
        Srv("_sip._udp.example.com", 0, 1, 5060, "a.example.com");
        Srv("_sip._tcp.example.com", 0, 1, 5070, "a.example.com");

        Assert.Equal(["Tcp 192.0.2.11:5070", "Udp 192.0.2.11:5060"], await Find("sip:example.com"));
    }

    [Fact]
    public async Task What_NAPTR_has_for_others_is_passed_over()
    {
        Naptr(1, 1, "E2U+sip", "_sip._udp.other.example", flags: "u");
        Naptr(2, 1, "SIP+D2S", "_sip._sctp.example.com");
        Naptr(3, 1, "SIP+D2T", "_sip._tcp.example.com");
        Srv("_sip._tcp.example.com", 0, 1, 5070, "a.example.com");

        Assert.Equal(["Tcp 192.0.2.11:5070"], await Find("sip:example.com"));
    }

    [Fact]
    public async Task A_sips_URI_never_leads_to_what_is_not_TLS()
    {
        Naptr(1, 1, "SIP+D2U", "_sip._udp.example.com");
        Srv("_sip._udp.example.com", 0, 1, 5060, "a.example.com");
        Srv("_sip._tcp.example.com", 0, 1, 5060, "a.example.com");

        Assert.Equal(["Tls 192.0.2.1:5061"], await Find("sips:example.com"));
        Srv("_sips._tcp.example.com", 0, 1, 5071, "b.example.com");
        Assert.Equal(["Tls 192.0.2.12:5071", "Tls [2001:db8::12]:5071"], await Find("sips:example.com"));
    }

    [Fact]
    public async Task Without_NAPTR_each_transport_is_asked_for()
    {
        Srv("_sip._udp.example.com", 0, 1, 5070, "a.example.com");
        Srv("_sip._tcp.example.com", 0, 1, 5080, "a.example.com");

        Assert.Equal(["Udp 192.0.2.11:5070", "Tcp 192.0.2.11:5080"], await Find("sip:example.com"));
    }

    [Theory]
    [InlineData("sip:example.com;transport=tcp", "SRV _sip._tcp.example.com", "Tcp 192.0.2.1:5060")]
    [InlineData("sip:example.com;transport=tls", "SRV _sips._tcp.example.com", "Tls 192.0.2.1:5061")]
    [InlineData("sips:example.com;transport=tcp", "SRV _sips._tcp.example.com", "Tls 192.0.2.1:5061")]
    [InlineData("sip:EXAMPLE.com.;transport=udp", "SRV _sip._udp.example.com", "Udp 192.0.2.1:5060")]
    public async Task A_transport_in_the_URI_asks_for_nothing_else_and_without_SRV_the_host_itself_is_called(string uri, string question, string target)
    {
        Assert.Equal([target], await Find(uri));
        Assert.Equal([question, "A example.com"], _names.Asked);
    }

    [Theory]
    [InlineData("sip:example.com:5070", "Udp 192.0.2.1:5070")]
    [InlineData("sips:example.com:5070", "Tls 192.0.2.1:5070")]
    [InlineData("sip:example.com:5070;transport=tcp", "Tcp 192.0.2.1:5070")]
    public async Task A_port_in_the_URI_asks_for_addresses_only(string uri, string target)
    {
        Srv("_sip._udp.example.com", 0, 1, 5070, "a.example.com");
        Assert.Equal([target], await Find(uri));
        Assert.Equal(["A example.com"], _names.Asked);
    }

    [Fact]
    public async Task Without_any_record_the_host_is_called_over_UDP() => Assert.Equal(["Udp 192.0.2.1:5060"], await Find("sip:example.com"));

    [Fact]
    public async Task A_service_that_is_decidedly_not_there_is_not_looked_for_elsewhere()
    {
        Srv("_sip._udp.example.com", 0, 0, 0, "");
        Assert.Empty(await Find("sip:example.com;transport=udp"));
    }

    [Fact]
    public async Task A_name_server_that_does_not_know_NAPTR_is_asked_for_the_rest()
    {
        _names.Naptrs["example.com"] = null;
        Srv("_sip._udp.example.com", 0, 1, 5070, "a.example.com");
        Assert.Equal(["Udp 192.0.2.11:5070"], await Find("sip:example.com"));
    }

    [Fact]
    public async Task A_server_whose_name_leads_nowhere_is_left_out()
    {
        Srv("_sip._udp.example.com", 0, 1, 5070, "gone.example.com");
        Srv("_sip._udp.example.com", 1, 1, 5070, "a.example.com");
        Assert.Equal(["Udp 192.0.2.11:5070"], await Find("sip:example.com"));
    }

    [Fact]
    public async Task Answers_without_end_cost_a_bounded_number_of_questions_and_targets()
    {
        _names.Naptrs["example.com"] = [.. Enumerable.Range(0, 1000).Select(i => new Naptr(1, i, "s", "SIP+D2U", $"_sip._udp.{i}.example"))];
        for (var i = 0; i < 1000; i++)
            _names.Srvs[$"_sip._udp.{i}.example"] = [.. Enumerable.Range(0, 1000).Select(j => new Srv(j, 1, 5060, $"{j}.example"))];
        _names.OtherHosts = [.. Enumerable.Range(0, 1000).Select(i => new IPAddress(i))];

        Assert.Equal(8, (await Find("sip:example.com")).Length);
        Assert.True(_names.Asked.Count <= 1 + 4 + (4 * 16), $"{_names.Asked.Count}");
    }

    [Fact]
    public async Task What_was_found_lasts_as_long_as_the_shortest_lived_record_and_a_failure_for_seconds()
    {
        _names.Lifetime = TimeSpan.FromMinutes(3);
        Assert.Equal(TimeSpan.FromMinutes(1), (await Search("sip:example.com")).Lifetime); // there is no SRV
        Assert.Equal(TimeSpan.FromMinutes(3), (await Search("sip:example.com:5060")).Lifetime);
        _names.Lifetime = TimeSpan.FromDays(30);
        Assert.Equal(TimeSpan.FromHours(1), (await Search("sip:example.com:5060")).Lifetime);
        _names.Lifetime = TimeSpan.Zero;
        Assert.Equal(TimeSpan.FromSeconds(1), (await Search("sip:example.com:5060")).Lifetime);
        _names.Hosts["example.com"] = null;
        var failed = await Search("sip:example.com:5060");
        Assert.Equal((TimeSpan.FromSeconds(5), "no answer"), (failed.Lifetime, failed.Fault));
    }

    private void Naptr(int order, int preference, string service, string replacement, string flags = "S") =>
        _names.Naptrs["example.com"] = [.. _names.Naptrs.GetValueOrDefault("example.com", []) ?? [], new Naptr(order, preference, flags, service, replacement)];

    private void Srv(string name, int priority, int weight, int port, string target) =>
        _names.Srvs[name] = [.. _names.Srvs.GetValueOrDefault(name, []) ?? [], new Srv(priority, weight, port, target)];

    private Task<FoundServers> Search(string uri)
    {
        var parsed = SipUri.Parse(uri);
        return new ServerSearch(_names, ServerQuery.Of(parsed, SipTransportProtocolExtensions.ProtocolOf(parsed)!.Value), _usable.ToHashSet()).RunAsync();
    }

    private async Task<string[]> Find(string uri) => [.. (await Search(uri)).Arrange(_ => 0).Select(target => $"{target.Protocol} {target.Address}")];
}
