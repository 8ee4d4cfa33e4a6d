using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>A password is changed on both sides without a restart: sipp registers here with the old and the new one, and we with Kamailio. Calls out: <see cref="RegisteredTrunkTests"/>.</summary>
public sealed class PasswordChangeTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_former_password_registers_beside_the_new_one_until_the_overlap_is_over()
    {
        await using var server = await CallClusterProcess.Start(new CallClusterConfiguration(_scratch)
            .With("Sip", "DigestAlgorithms", """["Md5"]""").With("Sip", "PasswordOverlap", "\"00:00:10\"").With("Queues", "support", "{}").WithRegisteringAgent("alice", "wonderland", "support"));
        var phonePort = FreePorts.One();
        async Task<bool> Registers(string password) => (await SippCalls.Registers(_scratch, server.SipPort, "alice", phonePort, password)) is { Successful: 1 };

        Assert.True(await Registers("wonderland"));
        Assert.False(await Registers("lookingglass"));
        _scratch.Write("alice.secret", "lookingglass");

        await Eventually.Becomes(() => Registers("lookingglass"), registers => registers, "the new password registers");
        Assert.True(await Registers("wonderland"));
        await Eventually.Becomes(() => Registers("wonderland"), registers => !registers, "the former password is refused");
        Assert.True(await Registers("lookingglass"));
    }

    [Fact]
    public async Task A_trunk_stays_registered_while_its_password_is_changed_here_and_then_there()
    {
        await using var kamailio = await Kamailio.Start(_scratch, FreePorts.One(), 9, longestExpiry: 10);
        var secret = _scratch.Write("cc.secret", "wonderland");
        await using var server = await CallClusterProcess.Start(new CallClusterConfiguration(_scratch).With("Trunks", "carrier", $$"""
            { "Proxy": "sip:127.0.0.1:{{kamailio.Port}}", "Username": "cc", "PasswordFile": "{{secret}}", "Realm": "carrier.test", "Register": true }
            """));
        await Registers(1);
        Assert.Equal(0, kamailio.Count("REFUSED"));

        _scratch.Write("cc.secret", "lookingglass");
        await Registers(2);
        Assert.Equal(1, kamailio.Count("REFUSED")); // the new one; the former one is tried at once
        await kamailio.ChangePassword("lookingglass");
        await Registers(3);

        Assert.Equal(1, kamailio.Count("REFUSED"));
        Assert.Equal(true, (bool?)(await server.Get("trunks/carrier"))["registered"]);
        Assert.DoesNotContain("is not registered", server.Log, StringComparison.Ordinal);

        Task Registers(int times) => Eventually.IsTrue(() => kamailio.Count("REGISTERED cc") == times, $"the trunk has registered {times} times");
    }

    public void Dispose() => _scratch.Dispose();
}
