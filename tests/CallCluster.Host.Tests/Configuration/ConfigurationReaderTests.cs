using CallCluster.Contracts.Configuration;
using CallCluster.Grains.Announcements;
using CallCluster.Host.Configuration;

namespace CallCluster.Host.Tests.Configuration;

public sealed class ConfigurationReaderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Nothing_at_all_is_a_valid_configuration_on_loopback()
    {
        var options = Valid("{}");
        Assert.Equal("http://127.0.0.1:8080", options.Api.Listen);
        Assert.Equal(Clustering.Localhost, options.Cluster.Clustering);
    }

    [Fact]
    public void Every_supported_key_arrives()
    {
        _directory.Write("bob.secret", "hunter2\n");
        WritePrompt("en/welcome.wav");
        WritePrompt("es/welcome.wav");
        var options = Valid("""
            { "CallCluster": { "Prompts": { "Directory": "prompts" },
                "Trunks": { "carrier": { "AllowFrom": ["203.0.113.0/24"], "MaxChannels": 100, "Codecs": ["PCMA"], "Srtp": "Required", "Dtmf": "Rfc4733", "TrustIdentity": true } },
                "Numbers": { "+15550100": "flow:main" },
                "Flows": { "main": { "Greeting": "welcome", "Languages": ["en", "es"], "Retries": 1, "Timeout": "00:00:04", "Menu": { "1#": "queue:sales" }, "Default": "voicemail:box" } },
                "Queues": { "other": { }, "sales": { "Strategy": "Weighted", "Music": "hold", "Steps": [ { "Needs": { "es": 2 }, "Prefers": { "fr": 1 } }, { "After": "00:00:30", "Needs": { "es": 1 } }, { "After": "00:01:00" } ], "WrapUp": "00:00:10",
                            "Overflow": [ { "When": "Waited", "Over": "00:02:00", "To": "voicemail:box" }, { "When": "Length", "Over": 50, "To": "hangup:480" } ] } },
                "Agents": { "bob": { "Username": "bob", "PasswordFile": "bob.secret", "Queues": ["sales", { "Name": "other", "Rank": 2, "Delay": "00:00:20", "Weight": 3 }] } },
                "Voicemail": { "Boxes": { "box": { "MaxLength": "00:01:00" } } } } }
            """);
        var trunk = options.Trunks["carrier"];
        Assert.Equal(["203.0.113.0/24"], trunk.AllowFrom);
        Assert.Equal(100, trunk.MaxChannels);
        Assert.True(trunk.TrustIdentity);
        Assert.Equal(SrtpPolicy.Required, trunk.Srtp);
        Assert.Equal("flow:main", options.Numbers["+15550100"]);
        Assert.Equal("queue:sales", options.Flows["main"].Menu["1#"]);
        Assert.Equal(TimeSpan.FromSeconds(4), options.Flows["main"].Timeout);
        Assert.Equal(QueueStrategy.Weighted, options.Queues["sales"].Strategy);
        Assert.Equal(2, options.Queues["sales"].Steps[0].Needs["es"]);
        Assert.Equal(1, options.Queues["sales"].Steps[0].Prefers["fr"]);
        Assert.Equal([0, 30, 60], options.Queues["sales"].Steps.Select(step => step.After.TotalSeconds));
        Assert.Equal([1, 1, 0], options.Queues["sales"].Steps.Select(step => step.Needs.Count));
        Assert.Equal(TimeSpan.FromMinutes(2), options.Queues["sales"].Overflow[0].OverTime);
        Assert.Null(options.Queues["sales"].Overflow[0].OverLength);
        Assert.Equal(50, options.Queues["sales"].Overflow[1].OverLength);
        Assert.Equal(Path.Combine(_directory.Root, "bob.secret"), options.Agents["bob"].PasswordFile);
        Assert.Equal(new AgentQueueOptions { Name = "sales" }, options.Agents["bob"].Queues[0]);
        Assert.Equal(new AgentQueueOptions { Name = "other", Rank = 2, Delay = TimeSpan.FromSeconds(20), Weight = 3 }, options.Agents["bob"].Queues[1]);
    }

    [Fact]
    public void Relative_paths_count_from_the_first_file_even_when_they_are_defaults()
    {
        var options = Valid("{}");
        Assert.Equal(Path.Combine(_directory.Root, "calls.jsonl"), options.Records.File);
        Assert.Equal(Path.Combine(_directory.Root, "voicemail"), options.Voicemail.Directory);
    }

    [Fact]
    public void Later_files_are_merge_patches_in_which_an_array_replaces_and_null_removes()
    {
        var first = _directory.Write("1.json", """{"CallCluster":{"Sip":{"Domain":"one.example","Listen":["udp:127.0.0.1:1","udp:127.0.0.1:2"]},"Queues":{"a":{},"b":{}}}}""");
        var second = _directory.Write("2.json", """{"CallCluster":{"Sip":{"Listen":["tcp:127.0.0.1:3"]},"Queues":{"a":null,"c":{"Priority":2}}}}""");
        var options = new ConfigurationReader([first, second], []).Read(out var errors);
        Assert.Empty(errors.Lines);
        Assert.Equal("one.example", options.Sip.Domain);
        Assert.Equal(["tcp:127.0.0.1:3"], options.Sip.Listen.Select(listener => listener.Address));
        Assert.Equal(["b", "c"], options.Queues.Keys.Order());
    }

    [Fact]
    public void Environment_has_the_last_word()
    {
        var options = Read("""{"CallCluster":{"Sip":{"Domain":"one.example"},"Media":{"MaxCalls":5}}}""", out var errors,
            ("CallCluster__Sip__Domain", "two.example"), ("CallCluster__Media__MaxCalls", "7"), ("CallCluster__Sip__Listen", """["udp:127.0.0.1:0"]"""),
            ("CallCluster__Queues__support__WrapUp", "00:00:03"), ("CallCluster__Log__Format", "Json"), ("PATH", "ignored"));
        Assert.Empty(errors.Lines);
        Assert.Equal("two.example", options.Sip.Domain);
        Assert.Equal(7, options.Media.MaxCalls);
        Assert.Equal(["udp:127.0.0.1:0"], options.Sip.Listen.Select(listener => listener.Address));
        Assert.Equal(TimeSpan.FromSeconds(3), options.Queues["support"].WrapUp);
        Assert.Equal(LogFormat.Json, options.Log.Format);
    }

    [Theory]
    [InlineData("CallCluster__Sip__Domian", "x", "CallCluster:Sip:Domian: is no known key")]
    [InlineData("CallCluster__Sip__MinSessionExpires", "00:01:00", "CallCluster:Sip:MinSessionExpires: holds ")]
    [InlineData("CallCluster__Sip__SessionExpires", "00:01:29", "CallCluster:Sip:SessionExpires: holds ")]
    [InlineData("CallCluster__Media__DeadAfter", "00:00:04", "CallCluster:Media:DeadAfter: holds ")]
    [InlineData("CallCluster__Media__MaxCalls", "many", "environment variable CallCluster__Media__MaxCalls(1,1): ")]
    [InlineData("CallCluster__Media__MaxCalls", "0", "CallCluster:Media:MaxCalls: holds 0")]
    [InlineData("CallCluster__Sip__Listen__0", "udp:127.0.0.1:1", "CallCluster:Sip:Listen: holds an object, may hold an array")]
    [InlineData("CALLCLUSTER__SIP__DOMAIN", "x", "environment variable CALLCLUSTER__SIP__DOMAIN: begins with CALLCLUSTER__, may begin with CallCluster__")]
    [InlineData("CallCluster__Sip__", "x", "environment variable CallCluster__Sip__: has an empty key")]
    public void Environment_is_as_strict_as_files(string name, string value, string expected)
    {
        Read("{}", out var errors, (name, value));
        Assert.StartsWith(expected, Assert.Single(errors.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_come_at_once_with_path_what_it_holds_and_what_it_may_hold()
    {
        Read("""
            { "CallCluster": { "Sip": { "Domian": "x" }, "Media": { "MaxCalls": "ten", "PortMin": 70000 }, "Numbers": { "1": "queue:nobody" },
              "Agents": { "eve": { "Contact": "sip:eve@127.0.0.1", "Skills": { "es": 9 } } } } }
            """, out var errors);
        Assert.Equal(
        [
            "CallCluster:Agents:eve:Skills:es: holds 9, may hold a level from 1 to 5",
            "CallCluster:Media:MaxCalls: holds \"ten\", may hold a whole number",
            "CallCluster:Media:PortMax: holds 20000, may hold a number from 65535 to 65535",
            "CallCluster:Media:PortMin: holds 70000, may hold a number from 1024 to 65534",
            "CallCluster:Numbers:1: holds \"queue:nobody\", may hold queue: with a name that there is, but none is configured",
            "CallCluster:Sip:Domian: is no known key, known here are AdvertisedAddress, DigestAlgorithms, Dns, Domain, Limits, Listen, MaxConnections, MaxConnectionsPerAddress, MinSessionExpires, PasswordOverlap, SessionExpires, Tls",
        ], errors.Lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{\n  \"CallCluster\": {\n    \"Sip\": { // no\n", "(3,14): ")]
    [InlineData("{\"CallCluster\":{},}", "(1,19): ")]
    [InlineData("{\"CallCluster\":{}} {}", "(1,20): ")]
    [InlineData("", "(1,1): ")]
    [InlineData("[]", ": may hold an object with the key CallCluster")]
    [InlineData("null", ": may hold an object with the key CallCluster")]
    [InlineData("{\"CallCluster\":{\"Sip\":{\"Domain\":\"\\ud800\"}}}", "(1,33): this text is no valid Unicode")]
    public void Bad_JSON_is_told_with_line_and_column(string text, string expected)
    {
        var file = _directory.Write("bad.json", text);
        new ConfigurationReader([file], []).Read(out var errors);
        Assert.StartsWith(file + expected, Assert.Single(errors.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_stands_twice_is_told_with_line_and_column()
    {
        var file = _directory.Write("twice.json", "{\"CallCluster\":{\n  \"Sip\": {},\n  \"Sip\": {}, \"Media\": {\"MaxCalls\":0} }}");
        new ConfigurationReader([file], []).Read(out var errors);
        Assert.Equal([$"{file}(3,3): the key \"Sip\" stands twice in one object", "CallCluster:Media:MaxCalls: holds 0, may hold a number from 1 to 100000"], errors.Lines);
    }

    [Fact]
    public void Deeply_nested_JSON_is_refused()
    {
        Read(string.Concat(Enumerable.Repeat("{\"CallCluster\":", 5000)), out var errors);
        Assert.Contains("(1,", Assert.Single(errors.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_told()
    {
        var file = Path.Combine(_directory.Root, "none.json");
        new ConfigurationReader([file], []).Read(out var errors);
        Assert.Equal([$"{file}: is not there"], errors.Lines);
    }

    [Theory]
    [InlineData("""{"Cluster":{}}""", "Cluster: is no known key, known here are CallCluster")]
    [InlineData("""{"CallCluster":3}""", "CallCluster: holds 3, may hold an object")]
    [InlineData("""{"CallCluster":{"Sip":[]}}""", "CallCluster:Sip: holds an array, may hold an object with the keys Listen, AdvertisedAddress, Domain")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Typo":null}}}}""", "CallCluster:Queues:q:Typo: is no known key")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"WrapUp":"10"}}}}""", "CallCluster:Queues:q:WrapUp: holds \"10\", may hold a time such as")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"WrapUp":10}}}}""", "CallCluster:Queues:q:WrapUp: holds 10, may hold a time such as")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"WrapUp":"-00:00:01"}}}}""", "CallCluster:Queues:q:WrapUp: holds \"-00:00:01\", may hold a time such as")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"RingTimeout":"00:00:00"}}}}""", "CallCluster:Queues:q:RingTimeout: holds \"00:00:00\", may hold a time from 00:00:01")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Strategy":"Random"}}}}""", "CallCluster:Queues:q:Strategy: holds \"Random\", may hold LongestIdle")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Steps":[{"After":"00:00:05"}]}}}}""", "CallCluster:Queues:q:Steps:0:After: holds \"00:00:05\", may hold nothing, since the first step")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Steps":[{},{}]}}}}""", "CallCluster:Queues:q:Steps:1:After: holds \"00:00:00\", may hold a time from 00:00:00.0010000")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Steps":[{"Needs":{"es":2}},{"After":"00:00:05","Needs":{"es":3}}]}}}}""", "CallCluster:Queues:q:Steps:1:Needs:es: holds 3, may hold a level of at most 2")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Steps":[{},{"After":"00:00:05","Needs":{"es":1}}]}}}}""", "CallCluster:Queues:q:Steps:1:Needs:es: holds 1, may hold nothing, since the step before does not need it")]
    [InlineData("""{"CallCluster":{"Queues":{"r":{},"q":{"Steps":[{"Queues":["r"]}]}}}}""", "CallCluster:Queues:q:Steps:0:Queues:0: holds \"r\", may hold nothing, since the first step is the queue's own")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Steps":[{},{"After":"00:00:05","Queues":["q"]}]}}}}""", "CallCluster:Queues:q:Steps:1:Queues:0: holds \"q\", may hold another queue, each once")]
    [InlineData("""{"CallCluster":{"Queues":{"r":{},"q":{"Steps":[{},{"After":"00:00:05","Queues":["x"]}]}}}}""", "CallCluster:Queues:q:Steps:1:Queues:0: holds \"x\", may hold a queue: ")]
    [InlineData("""{"CallCluster":{"Queues":{"r":{},"q":{"Steps":[{},{"After":"00:00:05","Queues":["r"]},{"After":"00:00:09","Queues":["r"]}]}}}}""", "CallCluster:Queues:q:Steps:2:Queues:0: holds \"r\", may hold another queue, each once")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Steps":[{"Prefers":{"es":6}}]}}}}""", "CallCluster:Queues:q:Steps:0:Prefers:es: holds 6, may hold a level from 1 to 5")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Overflow":[{"When":"Waited","To":"hangup:480"}]}}}}""", "CallCluster:Queues:q:Overflow:0:Over: is missing, must hold a time")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Overflow":[{"When":"EstimatedWait","Over":5,"To":"hangup:480"}]}}}}""", "CallCluster:Queues:q:Overflow:0:Over: holds 5, may hold a time such as \"00:02:00\", since When is EstimatedWait")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Overflow":[{"When":"Waited","Over":5,"To":"hangup:480"}]}}}}""", "CallCluster:Queues:q:Overflow:0:Over: holds 5, may hold a time")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Overflow":[{"When":"Length","Over":"00:00:05","To":"hangup:480"}]}}}}""", "CallCluster:Queues:q:Overflow:0:Over: holds \"00:00:05\", may hold a whole number")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Overflow":[{"When":"NoAgents","Over":1,"To":"hangup:480"}]}}}}""", "CallCluster:Queues:q:Overflow:0:Over: holds 1, may hold nothing")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Overflow":[{"When":"NoAgents"}]}}}}""", "CallCluster:Queues:q:Overflow:0:To: is missing")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Overflow":[{"When":"NoAgents","To":"hangup:200"}]}}}}""", "CallCluster:Queues:q:Overflow:0:To: holds \"hangup:200\"")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Overflow":[null]}}}}""", "CallCluster:Queues:q:Overflow:0: holds null")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Hours":"x","Overflow":[{"When":"Closed","To":"hangup:480"}]}}}}""", "CallCluster:Queues:q:Hours: holds \"x\", may hold a calendar of Hours, but none is configured")]
    [InlineData("""{"CallCluster":{"Hours":{"h":{"TimeZone":"UTC","Open":["Mon 09:00-17:00"]}},"Queues":{"q":{"Hours":"h"}}}}""", "CallCluster:Queues:q:Overflow: is missing, must hold a rule with When Closed")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Callback":{}}}}}""", "CallCluster:Outbound:Allow: is missing, must hold at least one beginning of numbers, since CallCluster:Queues:q:Callback calls back")]
    [InlineData("""{"CallCluster":{"Numbers":{"1":"queue:q/a"},"Queues":{"q":{},"r":{}},"Agents":{"a":{"Contact":"sip:a@h","Queues":["r"]},"b":{"Contact":"sip:b@h","Queues":["q"]}}}}""", "CallCluster:Numbers:1: holds \"queue:q/a\", may hold queue:q/ with an agent who serves it: b")]
    [InlineData("""{"CallCluster":{"Numbers":{"1":"queue:x/a"},"Queues":{"q":{}}}}""", "CallCluster:Numbers:1: holds \"queue:x/a\", may hold queue: with a name that there is: q")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Announce":{}}}}}""", "CallCluster:Queues:q:Announce: is missing, must hold Position, EstimatedWait or Prompts")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Announce":{"Prompts":["hold"],"Every":"00:00:00.5"}}}}}""", "CallCluster:Queues:q:Announce:Every: holds")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Announce":{"Prompts":["hold","none"]}}}}}""", "CallCluster:Queues:q:Announce:Prompts:1: holds")]
    [InlineData("""{"CallCluster":{"Outbound":{"Allow":["+1"]},"Queues":{"q":{"Callback":{"Key":"1a"}}}}}""", "CallCluster:Queues:q:Callback:Key: holds \"1a\", may hold 1 to 8 keys")]
    [InlineData("""{"CallCluster":{"Outbound":{"Allow":["+1"]},"Queues":{"q":{"Callback":{"Hours":"h"}}}}}""", "CallCluster:Queues:q:Callback:Hours: holds \"h\", may hold a calendar of Hours")]
    [InlineData("""{"CallCluster":{"Outbound":{"Allow":["+1"]},"Queues":{"q":{"Callback":{"Most":0}}}}}""", "CallCluster:Queues:q:Callback:Most: holds 0, may hold a number from 1 to 1000")]
    [InlineData("""{"CallCluster":{"Outbound":{"Allow":["+1"]},"Queues":{"q":{"Callback":{"Retries":-1}}}}}""", "CallCluster:Queues:q:Callback:Retries: holds -1, may hold a number from 0 to 100")]
    [InlineData("""{"CallCluster":{"Outbound":{"Allow":["+1"]},"Queues":{"q":{"Callback":{},"Overflow":[{"When":"Closed","To":"callback:q"}]}}}}""", "CallCluster:Queues:q:Overflow: is missing, must hold a further rule with When Closed")]
    [InlineData("""{"CallCluster":{"Queues":{"q":{"Overflow":[{"When":"NoAgents","To":"callback:q"}]}}}}""", "CallCluster:Queues:q:Overflow:0:To: holds \"callback:q\", may hold callback: with a name that there is")]
    [InlineData("""{"CallCluster":{"Hours":{"h":{"TimeZone":"Mars","Open":["Mon 09:00-17:00"]}}}}""", "CallCluster:Hours:h:TimeZone: holds \"Mars\", may hold an IANA time zone")]
    [InlineData("""{"CallCluster":{"Hours":{"h":{"TimeZone":"UTC","Open":[]}}}}""", "CallCluster:Hours:h:Open: is missing, must hold at least one of days and times")]
    [InlineData("""{"CallCluster":{"Hours":{"h":{"TimeZone":"UTC","Open":["Mon 9-17"]}}}}""", "CallCluster:Hours:h:Open:0: holds \"Mon 9-17\", may hold days and times such as")]
    [InlineData("""{"CallCluster":{"Hours":{"h":{"TimeZone":"UTC","Open":["Mon 09:00-17:00"],"Closed":["25.12.2026"]}}}}""", "CallCluster:Hours:h:Closed:0: holds \"25.12.2026\", may hold a date such as")]
    [InlineData("""{"CallCluster":{"Queues":{"a b":{}}}}""", "CallCluster:Queues:a b: is no name")]
    [InlineData("""{"CallCluster":{"Queues":{"../x":{}}}}""", "CallCluster:Queues:../x: is no name")]
    [InlineData("""{"CallCluster":{"Numbers":{"1":"Queue:q"},"Queues":{"q":{}}}}""", "CallCluster:Numbers:1: holds \"Queue:q\", may hold queue:NAME")]
    [InlineData("""{"CallCluster":{"Numbers":{"1":"queue:x"},"Queues":{"q":{},"p":{}}}}""", "CallCluster:Numbers:1: holds \"queue:x\", may hold queue: with a name that there is: p, q")]
    [InlineData("""{"CallCluster":{"Flows":{"f":{"Menu":{"1x":"hangup:480"},"Default":"hangup:480"}}}}""", "CallCluster:Flows:f:Menu:1x: is no sequence of keys")]
    [InlineData("""{"CallCluster":{"Agents":{"a":{}}}}""", "CallCluster:Agents:a:Contact: is missing")]
    [InlineData("""{"CallCluster":{"Agents":{"a":{"Contact":"tel:1"}}}}""", "CallCluster:Agents:a:Contact: holds \"tel:1\", may hold a SIP URI")]
    [InlineData("""{"CallCluster":{"Agents":{"a":{"Contact":"sip:a@b","Queues":["x"]}}}}""", "CallCluster:Agents:a:Queues:0:Name: holds \"x\", may hold a queue, but none is configured")]
    [InlineData("""{"CallCluster":{"Agents":{"a":{"Contact":"sip:a@b","Presence":"Busy"}}}}""", "CallCluster:Agents:a:Presence: holds \"Busy\", may hold Available, Away, Offline")]
    [InlineData("""{"CallCluster":{"Agents":{"a":{"Contact":"sip:a@b","Mailbox":"x"}}}}""", "CallCluster:Agents:a:Mailbox: holds \"x\", may hold a voicemail box, but none is configured")]
    [InlineData("""{"CallCluster":{"Agents":{"a":{"Contact":"sip:a@b","Mailbox":"x"}},"Voicemail":{"Boxes":{"x":{}}}}}""", "CallCluster:Agents:a:Mailbox: holds \"x\", may hold nothing, unless the agent has a Username")]
    [InlineData("""{"CallCluster":{"Agents":{"a":{"Username":"a"}}}}""", "CallCluster:Agents:a:PasswordFile: is missing")]
    [InlineData("""{"CallCluster":{"Agents":{"a":{"Username":"a","PasswordFile":"none"}}}}""", "CallCluster:Agents:a:PasswordFile: holds \"none\", may hold the path of a file")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{}}}}""", "CallCluster:Trunks:t:AllowFrom: is missing")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"AllowFrom":["10.0.0.1/33"]}}}}""", "CallCluster:Trunks:t:AllowFrom:0: holds \"10.0.0.1/33\"")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"AllowCertificates":["*.x.example"]}}}}""", "CallCluster:Trunks:t:AllowCertificates: holds \"*.x.example\", may hold nothing, unless Sip:Listen has a tls listener")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"Proxy":"tel:+1"}}}}""", "CallCluster:Trunks:t:Proxy: holds \"tel:+1\", may hold a SIP URI without user")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"Proxy":"sip:user@x.example"}}}}""", "CallCluster:Trunks:t:Proxy: holds")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"Proxy":"sip:x.example","Realm":"r"}}}}""", "CallCluster:Trunks:t:Realm: holds \"r\", may hold nothing")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"Proxy":"sip:x.example","MaxInbound":0}}}}""", "CallCluster:Trunks:t:MaxInbound: holds 0")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"Proxy":"sip:x.example","MaxOutbound":-1}}}}""", "CallCluster:Trunks:t:MaxOutbound: holds -1")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"Proxy":"sip:x.example","CallsPerSecond":0}}}}""", "CallCluster:Trunks:t:CallsPerSecond: holds 0")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"Proxy":"sip:x.example","ResponseTimeout":"00:00:33"}}}}""", "CallCluster:Trunks:t:ResponseTimeout: holds \"00:00:33\"")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"Proxy":"sip:x.example","Register":true}}}}""", "CallCluster:Trunks:t:Register: holds \"true\", may hold false, unless")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"AllowFrom":["192.0.2.1"],"Transfer":"Refer"}}}}""", "CallCluster:Trunks:t:Transfer: holds \"Refer\", may hold Bridge, unless")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"Proxy":"sip:x.example","ProbeInterval":"00:00:00.5"}}}}""", "CallCluster:Trunks:t:ProbeInterval: holds")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"AllowFrom":["::1"],"DefaultCountry":"us"}}}}""", "CallCluster:Trunks:t:DefaultCountry: holds \"us\", may hold an ISO 3166 country code")]
    [InlineData("""{"CallCluster":{"Outbound":{"Allow":["+","x.example"]}}}""", "CallCluster:Outbound:Allow:0: holds \"+\"")]
    [InlineData("""{"CallCluster":{"Outbound":{"CallerId":"Ann"}}}""", "CallCluster:Outbound:CallerId: holds \"Ann\"")]
    [InlineData("""{"CallCluster":{"Outbound":{"RingTimeout":"00:00:00"}}}""", "CallCluster:Outbound:RingTimeout: holds")]
    [InlineData("""{"CallCluster":{"Outbound":{"Routes":[{"Trunks":["t"]}]},"Trunks":{"t":{"Proxy":"sip:x.example"}}}}""", "CallCluster:Outbound:Routes:0:Prefix: is missing, must hold either Prefix or Domain")]
    [InlineData("""{"CallCluster":{"Outbound":{"Routes":[{"Prefix":"+1","Trunks":["t"]}]}}}""", "CallCluster:Outbound:Routes:0:Trunks:0: holds \"t\", may hold a trunk, but none is configured")]
    [InlineData("""{"CallCluster":{"Outbound":{"Routes":[{"Prefix":"+1","Trunks":["t"]}]},"Trunks":{"t":{"AllowFrom":["::1"]}}}}""", "CallCluster:Outbound:Routes:0:Trunks:0: holds \"t\", may hold a trunk that has a Proxy")]
    [InlineData("""{"CallCluster":{"Numbers":{"1":"tel:+1555"}}}""", "CallCluster:Numbers:1: holds \"tel:+1555\", may hold tel: with a prefix that Outbound:Routes has")]
    [InlineData("""{"CallCluster":{"Numbers":{"1":"tel:+1 555"}}}""", "CallCluster:Numbers:1: holds \"tel:+1 555\", may hold tel: with digits")]
    [InlineData("""{"CallCluster":{"Numbers":{"1":"sip:partner.example"}}}""", "CallCluster:Numbers:1: holds \"sip:partner.example\", may hold sip: with user and domain")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"AllowFrom":["::/0"],"MaxChannels":0}}}}""", "CallCluster:Trunks:t:MaxChannels: holds 0")]
    [InlineData("""{"CallCluster":{"Sip":{"Listen":["udp:127.0.0.1:70000"]}}}""", "CallCluster:Sip:Listen:0: holds")]
    [InlineData("""{"CallCluster":{"Sip":{"Limits":{"MessagesPerSecond":0}}}}""", "CallCluster:Sip:Limits:MessagesPerSecond: holds 0, may hold a number from 1")]
    [InlineData("""{"CallCluster":{"Sip":{"Dns":{"Servers":["dns.example"]}}}}""", "CallCluster:Sip:Dns:Servers:0: holds \"dns.example\", may hold ADDRESS or ADDRESS:PORT")]
    [InlineData("""{"CallCluster":{"Sip":{"Dns":{"Timeout":"00:00:00"}}}}""", "CallCluster:Sip:Dns:Timeout: holds \"00:00:00\", may hold a time from 00:00:00.1")]
    [InlineData("""{"CallCluster":{"Sip":{"Limits":{"BanTime":"00:00:00"}}}}""", "CallCluster:Sip:Limits:BanTime: holds \"00:00:00\", may hold a time from 00:00:01")]
    [InlineData("""{"CallCluster":{"Sip":{"Listen":["udp:0.0.0.0:5060"]}}}""", "CallCluster:Sip:AdvertisedAddress: is missing")]
    [InlineData("""{"CallCluster":{"Sip":{"Listen":["sctp:127.0.0.1:5060"]}}}""", "CallCluster:Sip:Listen:0: holds")]
    [InlineData("""{"CallCluster":{"Sip":{"Listen":["0:127.0.0.1:5060"]}}}""", "CallCluster:Sip:Listen:0: holds")]
    [InlineData("""{"CallCluster":{"Sip":{"Listen":[{"Advertised":"sip.example.com"}]}}}""", "CallCluster:Sip:Listen:0:Address: is missing")]
    [InlineData("""{"CallCluster":{"Sip":{"Listen":[{"Address":"udp:127.0.0.1:5060","Advertised":"[127.0.0.1]"}]}}}""", "CallCluster:Sip:Listen:0:Advertised: holds")]
    [InlineData("""{"CallCluster":{"Sip":{"Listen":[{"Address":"udp:127.0.0.1:5060","Advertised":"sip.example.com:0"}]}}}""", "CallCluster:Sip:Listen:0:Advertised: holds")]
    [InlineData("""{"CallCluster":{"Sip":{"Listen":[{"Address":"udp:0.0.0.0:5060","Advertised":"sip.example.com"},"udp:[::]:5060"]}}}""", "CallCluster:Sip:AdvertisedAddress: is missing")]
    [InlineData("""{"CallCluster":{"Sip":{"Listen":["tls:127.0.0.1:5061"]}}}""", "CallCluster:Sip:Tls: is missing")]
    [InlineData("""{"CallCluster":{"Sip":{"Listen":["wss:[::1]:8443"]}}}""", "CallCluster:Sip:Tls: is missing")]
    [InlineData("""{"CallCluster":{"Sip":{"Tls":{"CertificateFile":"none.crt","KeyFile":"none.key"}}}}""", "CallCluster:Sip:Tls:CertificateFile: holds")]
    [InlineData("""{"CallCluster":{"Sip":{"MaxConnectionsPerAddress":5000}}}""", "CallCluster:Sip:MaxConnectionsPerAddress: holds 5000, may hold a number from 1 to 2000")]
    [InlineData("""{"CallCluster":{"Media":{"Address":"0.0.0.0"}}}""", "CallCluster:Media:AdvertisedAddress: is missing")]
    [InlineData("""{"CallCluster":{"Media":{"AdvertisedAddress":"stun:"}}}""", "CallCluster:Media:AdvertisedAddress: holds \"stun:\", may hold an IP address that peers reach this edge by, or stun:HOST:PORT")]
    [InlineData("""{"CallCluster":{"Media":{"Srtp":"Always"}}}""", "CallCluster:Media:Srtp: holds \"Always\", may hold Off, Optional, Required, Dtls")]
    [InlineData("""{"CallCluster":{"Trunks":{"t":{"AllowFrom":["::/0"],"Srtp":"required"}}}}""", "CallCluster:Trunks:t:Srtp: holds \"required\", may hold Off, Optional, Required, Dtls")]
    [InlineData("""{"CallCluster":{"Media":{"PortMin":20000,"PortMax":10000}}}""", "CallCluster:Media:PortMax: holds 10000")]
    [InlineData("""{"CallCluster":{"Prompts":{"Directory":"none"}}}""", "CallCluster:Prompts:Directory: holds")]
    [InlineData("""{"CallCluster":{"Api":{"Listen":"http://0.0.0.0:8080"}}}""", "CallCluster:Api:Keys: is missing, must hold at least one key")]
    [InlineData("""{"CallCluster":{"Api":{"Listen":"https://127.0.0.1:8080"}}}""", "CallCluster:Api:Listen: holds")]
    [InlineData("""{"CallCluster":{"Api":{"Keys":[{"Name":"a","Role":"Agent","KeyFile":"long.key"}]}}}""", "CallCluster:Api:Keys:0:Agent: is missing")]
    [InlineData("""{"CallCluster":{"Api":{"Keys":[{"Name":"a","Role":"Agent","Agent":"none","KeyFile":"long.key"}]}}}""", "CallCluster:Api:Keys:0:Agent: holds \"none\"")]
    [InlineData("""{"CallCluster":{"Api":{"Keys":[{"Name":"a","Role":"Read","Agent":"none","KeyFile":"long.key"}]}}}""", "CallCluster:Api:Keys:0:Agent: holds \"none\", may hold nothing, unless Role is Agent")]
    [InlineData("""{"CallCluster":{"Api":{"Keys":[{"Name":"a","Role":"Read","KeyFile":"short.key"}]}}}""", "CallCluster:Api:Keys:0:KeyFile: holds")]
    [InlineData("""{"CallCluster":{"Cluster":{"Clustering":"Redis"}}}""", "CallCluster:Cluster:KeyFile: is missing")]
    [InlineData("""{"CallCluster":{"Cluster":{"Timings":{"Votes":0}}}}""", "CallCluster:Cluster:Timings:Votes: holds 0")]
    [InlineData("""{"CallCluster":{"Webhooks":{"../crm":{"Url":"https://x.example/hooks","SecretFile":"long.key","Events":["ticket.*"]}}}}""", "CallCluster:Webhooks:../crm: holds \"../crm\", may hold")]
    [InlineData("""{"CallCluster":{"Webhooks":{"crm":{"SecretFile":"long.key","Events":["*"]}}}}""", "CallCluster:Webhooks:crm:Url: is missing")]
    [InlineData("""{"CallCluster":{"Webhooks":{"crm":{"Url":"ftp://x.example","SecretFile":"long.key","Events":["*"]}}}}""", "CallCluster:Webhooks:crm:Url: holds \"ftp://x.example\", may hold an http or https URL without user and password")]
    [InlineData("""{"CallCluster":{"Webhooks":{"crm":{"Url":"https://u:p@x.example","SecretFile":"long.key","Events":["*"]}}}}""", "CallCluster:Webhooks:crm:Url: holds ")]
    [InlineData("""{"CallCluster":{"Webhooks":{"crm":{"Url":"https://x.example","Events":["*"]}}}}""", "CallCluster:Webhooks:crm:SecretFile: is missing")]
    [InlineData("""{"CallCluster":{"Webhooks":{"crm":{"Url":"https://x.example","SecretFile":"none.secret","Events":["*"]}}}}""", "CallCluster:Webhooks:crm:SecretFile: holds \"none.secret\", may hold the path of a file")]
    [InlineData("""{"CallCluster":{"Webhooks":{"crm":{"Url":"https://x.example","SecretFile":"long.key"}}}}""", "CallCluster:Webhooks:crm:Events: is missing, must hold at least one of call.ended, ticket.created")]
    [InlineData("""{"CallCluster":{"Webhooks":{"crm":{"Url":"https://x.example","SecretFile":"long.key","Events":["call.started"]}}}}""", "CallCluster:Webhooks:crm:Events:0: holds \"call.started\", may hold one of call.ended, ticket.created")]
    [InlineData("""{"CallCluster":{"Webhooks":{"crm":{"Url":"https://x.example","SecretFile":"long.key","Events":["tick*"]}}}}""", "CallCluster:Webhooks:crm:Events:0: holds \"tick*\"")]
    [InlineData("""{"CallCluster":{"Webhooks":{"crm":{"Url":"https://x.example/hooks","SecretFile":"long.key","Events":["ticket.*"],"Retries":3}}}}""", "CallCluster:Webhooks:crm:Retries: is no known key")]
    public void What_is_wrong_is_named(string text, string expected)
    {
        _directory.Write("long.key", "0123456789abcdef\n");
        _directory.Write("short.key", "0123456789abcde\n");
        Read(text, out var errors);
        Assert.StartsWith(expected, Assert.Single(errors.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"CallCluster":{"Agents":{"a":{"Contact":"sip:a@b","Password":"hunter2"}}}}""")]
    [InlineData("""{"CallCluster":{"Api":{"Keys":[{"Name":"a","Key":"hunter2"}]}}}""")]
    [InlineData("""{"CallCluster":{"Cluster":{"Clustering":"Redis","Redis":"localhost,password=hunter2"}}}""")]
    [InlineData("""{"CallCluster":{"Cluster":{"Redis":["hunter2"]}}}""")]
    public void No_message_shows_a_secret(string text)
    {
        Read(text, out var errors);
        Assert.NotEmpty(errors.Lines);
        Assert.All(errors.Lines, line => Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Long_values_are_cut_and_each_error_stays_one_line()
    {
        Read("""{"CallCluster":{"Sip":{"Domain":"LONG\n"}}}""".Replace("LONG", new string('x', 500), StringComparison.Ordinal), out var errors);
        var line = Assert.Single(errors.Lines);
        Assert.True(line.Length < 200);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void Two_who_register_with_the_same_name_are_refused()
    {
        _directory.Write("s", "x");
        Read("""{"CallCluster":{"Agents":{"a":{"Username":"u","PasswordFile":"s"}},"Trunks":{"t":{"Username":"u","PasswordFile":"s"}}}}""", out var errors);
        Assert.Equal("CallCluster:Trunks:t:Username: holds \"u\", may hold a name that is not that of CallCluster:Agents:a:Username", Assert.Single(errors.Lines));
    }

    [Theory]
    [InlineData("""{"Flows":{"f":{"Greeting":"hello","Languages":["en","es"],"Default":"hangup:480"}}}""", "Flows:f:Greeting", "es/hello.wav")]
    [InlineData("""{"Queues":{"q":{"Music":"mosic"}}}""", "Queues:q:Music", "en/mosic.wav")]
    [InlineData("""{"Voicemail":{"Boxes":{"b":{"Greeting":"broken"}}}}""", "Voicemail:Boxes:b:Greeting", "en/broken.wav")]
    [InlineData("""{"Voicemail":{"Boxes":{"b":{"Thanks":"thankyou"}}}}""", "Voicemail:Boxes:b:Thanks", "en/thankyou.wav")]
    public void A_prompt_that_cannot_be_played_is_named_with_its_file(string section, string key, string file)
    {
        WritePrompt("en/hello.wav");
        _directory.Write("prompts/en/broken.wav", "RIFF");
        Read($$"""{"CallCluster":{"Prompts":{"Directory":"prompts"},{{section[1..]}}}""", out var errors);
        var line = Assert.Single(errors.Lines);
        Assert.StartsWith($"CallCluster:{key}: holds", line, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_directory.Root, "prompts", file), line, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_that_make_one_sentence_are_there_all_together_in_each_language_that_has_some()
    {
        const string announce = """{"CallCluster":{"Prompts":{"Directory":"prompts","Languages":["en","de"]},"Flows":{"f":{"Languages":["es"],"Default":"queue:q"}},"Queues":{"q":{"Announce":{"EstimatedWait":true}}}}}""";
        WritePrompt("en/wait.wav");
        Assert.Equal($"CallCluster:Queues:q:Announce: is missing, must hold prompts that can be played: {Files("en", "wait-below-minute", "wait-beyond", "minutes")} and 8 more", Errors());
        foreach (var name in SpokenWait.PromptsOf(new AnnounceOptions { EstimatedWait = true })) WritePrompt($"en/{name}.wav");
        Assert.Empty(Errors());
        WritePrompt("es/wait.wav"); // of a flow's callers
        Assert.Contains(Files("es", "wait-below-minute"), Errors(), StringComparison.Ordinal);
        Directory.Delete(Path.Combine(_directory.Root, "prompts"), recursive: true);
        WritePrompt("hello.wav");
        Assert.Contains(Files("en", "wait-below-minute"), Errors(), StringComparison.Ordinal);

        string Errors()
        {
            Read(announce, out var errors);
            return string.Join('\n', errors.Lines);
        }

        string Files(string language, params string[] names) => string.Join(", ", names.Select(name => Path.Combine(_directory.Root, "prompts", language, name + ".wav")));
    }

    [Fact]
    public void Built_in_tones_need_no_file() => Valid("""{"CallCluster":{"Queues":{"q":{"Music":"hold"}}}}""");

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a\nb\n", "holds more than one line")]
    public void A_secret_is_one_line(string content, string fault)
    {
        _directory.Write("s", content);
        Read("""{"CallCluster":{"Agents":{"a":{"Username":"u","PasswordFile":"s"}}}}""", out var errors);
        Assert.EndsWith(fault, Assert.Single(errors.Lines), StringComparison.Ordinal);
    }

    private void WritePrompt(string name)
    {
        var file = _directory.Write($"prompts/{name}", "");
        CallCluster.Media.Wav.WavWriter.WriteAll(file, new short[800]);
    }

    private CallClusterOptions Valid(string text)
    {
        var options = Read(text, out var errors);
        Assert.Empty(errors.Lines);
        return options;
    }

    private CallClusterOptions Read(string text, out ConfigurationErrors errors, params (string Name, string Value)[] environment) =>
        new ConfigurationReader([_directory.Write("callcluster.json", text)], [.. environment.Select(variable => KeyValuePair.Create(variable.Name, variable.Value))]).Read(out errors);
}
