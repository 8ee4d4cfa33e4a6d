using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>A password is changed on both sides without a restart: sipp registers with the old and the new one. As client: <see cref="RegisteredTrunkTests"/>.</summary>
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

    public void Dispose() => _scratch.Dispose();
}
