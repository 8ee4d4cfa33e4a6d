using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;
using States = CallCluster.Sip.Transactions.NonInviteClientTransaction.States;

namespace CallCluster.Sip.Tests.Transactions;

/// <summary>RFC 3261 §17.1.2.</summary>
public sealed class NonInviteClientTransactionTests
{
    private readonly TransactionBench _bench = new();

    [Fact]
    public void Timer_E_doubles_up_to_T2_until_timer_F_ends_it_with_408()
    {
        _bench.Client<NonInviteClientTransaction>("OPTIONS");

        _bench.Pass(32);

        Assert.Equal([0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500], _bench.Sent.Select(item => int.Parse(item.Split(' ')[0])));
        Assert.Equal(["failed 408", "over"], _bench.Told);
        Assert.Equal(0, _bench.Layer.Count);
        Assert.Equal(0, _bench.Timers.Count);
    }

    [Fact]
    public void After_a_provisional_response_timer_E_fires_each_T2_and_timer_F_stays()
    {
        var transaction = _bench.Client<NonInviteClientTransaction>("OPTIONS");
        transaction.Receive(_bench.Response(transaction, 100));
        Assert.Equal(States.Proceeding, transaction.State);

        _bench.Pass(10);
        Assert.Equal(["0 OPTIONS", "500 OPTIONS", "4500 OPTIONS", "8500 OPTIONS"], _bench.Sent);
        _bench.Pass(22);

        Assert.Equal(["100", "failed 408", "over"], _bench.Told);
    }

    [Fact]
    public void A_final_response_goes_up_once_and_timer_K_absorbs_repetitions()
    {
        var transaction = _bench.Client<NonInviteClientTransaction>("BYE");
        transaction.Receive(_bench.Response(transaction, 200));
        transaction.Receive(_bench.Response(transaction, 200));
        Assert.Equal(States.Completed, transaction.State);

        _bench.Pass(4.9);
        Assert.Equal(["200"], _bench.Told);
        _bench.Pass(0.2);

        Assert.Equal(["200", "over"], _bench.Told);
        Assert.Equal(["0 BYE"], _bench.Sent);
        Assert.Equal(0, _bench.Timers.Count);
    }

    [Fact]
    public void Over_a_reliable_transport_timer_K_is_zero_and_nothing_is_sent_again()
    {
        var bench = new TransactionBench(SipTransportProtocol.Tcp);
        var transaction = bench.Client<NonInviteClientTransaction>("BYE");
        bench.Pass(3);

        transaction.Receive(bench.Response(transaction, 404));

        Assert.Equal(["404", "over"], bench.Told);
        Assert.Equal(["0 BYE"], bench.Sent);
        Assert.Equal(0, bench.Layer.Count);
    }

    [Fact]
    public void A_transport_failure_ends_it_with_503()
    {
        _bench.IsBroken = true;

        _bench.Client<NonInviteClientTransaction>("OPTIONS");

        Assert.Equal(["failed 503", "over"], _bench.Told);
    }

    [Fact]
    public void RFC3261_17_1_3_a_response_matches_by_branch_and_the_method_of_CSeq()
    {
        var transaction = _bench.Client<NonInviteClientTransaction>("OPTIONS");
        var response = _bench.Response(transaction, 200);
        Assert.True(_bench.Layer.TryMatch(response, out var found));
        Assert.Same(transaction, found);

        response.Headers.Set("CSeq", "7 BYE");
        Assert.False(_bench.Layer.TryMatch(response, out _));
        response.Headers.Set("CSeq", "7 OPTIONS");
        response.Headers.Set("Via", "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKother");
        Assert.False(_bench.Layer.TryMatch(response, out _));
    }
}
