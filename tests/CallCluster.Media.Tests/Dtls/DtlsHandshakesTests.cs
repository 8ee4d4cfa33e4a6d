using CallCluster.Media.Dtls;
using CallCluster.Media.Srtp;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Media.Tests.Dtls;

public sealed class DtlsHandshakesTests : IDtlsOwner
{
    private static readonly DtlsParameters Parameters = new(DtlsRole.Client, [new DtlsFingerprint("sha-256", new string('A', 64))]);
    private readonly FakeTimeProvider _time = new();
    private readonly SemaphoreSlim _sent = new(0);
    private int _failed;
    private bool _hasThreads;

    [Fact]
    public void A_system_that_gives_no_thread_costs_these_legs_and_no_later_one()
    {
        var handshakes = new DtlsHandshakes(_time, null, work =>
        {
            if (!_hasThreads)
                throw new InvalidOperationException("no thread");
            new Thread(work) { IsBackground = true }.Start();
        });
        for (var i = 1; i <= 100; i++)
        {
            using var lost = new DtlsAssociation(handshakes, this, Parameters, TimeSpan.FromSeconds(15));
            lost.Begin();
            Assert.Equal(i, _failed);
        }
        Assert.Equal(100, handshakes.CountOf(DtlsFailure.Overload));
        _hasThreads = true;
        using var next = new DtlsAssociation(handshakes, this, Parameters, TimeSpan.FromSeconds(15));
        next.Begin();
        Assert.True(_sent.Wait(TimeSpan.FromSeconds(8)), "No ClientHello was sent.");
        Assert.Equal(1, handshakes.Started);
    }

    void IDtlsOwner.Send(DtlsAssociation association, byte[] datagram) => _sent.Release();

    void IDtlsOwner.Done(DtlsAssociation association, SrtpSession session) => session.Dispose();

    void IDtlsOwner.Failed(DtlsAssociation association, DtlsFailure failure) => _failed++;
}
