using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;
using States = CallCluster.Sip.Transactions.InviteClientTransaction.States;

namespace CallCluster.Sip.Tests.Transactions;

/// <summary>RFC 3261 §17.1.1 and RFC 6026 §7.2.</summary>
public sealed class InviteClientTransactionTests
{
    private readonly TransactionBench _bench = new();

    [Fact]
    public void Timer_A_doubles_until_timer_B_ends_it_with_408()
    {
        var transaction = _bench.Client<InviteClientTransaction>("INVITE");

        _bench.Pass(32);

        Assert.Equal(["0 INVITE", "500 INVITE", "1500 INVITE", "3500 INVITE", "7500 INVITE", "15500 INVITE", "31500 INVITE"], _bench.Sent);
        Assert.Equal(["failed 408", "over"], _bench.Told);
        Assert.Equal(States.Terminated, transaction.State);
        AssertGone();
    }

    [Fact]
    public void Over_a_reliable_transport_nothing_is_sent_again_and_timer_B_still_ends_it()
    {
        var bench = new TransactionBench(SipTransportProtocol.Tcp);
        bench.Client<InviteClientTransaction>("INVITE");

        bench.Pass(32);

        Assert.Equal(["0 INVITE"], bench.Sent);
        Assert.Equal(["failed 408", "over"], bench.Told);
    }

    [Fact]
    public void A_provisional_response_stops_timers_A_and_B()
    {
        var transaction = _bench.Client<InviteClientTransaction>("INVITE");
        transaction.Receive(_bench.Response(transaction, 180));

        _bench.Pass(300);

        Assert.Equal(States.Proceeding, transaction.State);
        Assert.Equal(["0 INVITE"], _bench.Sent);
        Assert.Equal(["180"], _bench.Told);
        Assert.Equal(0, _bench.Timers.Count);
    }

    [Fact]
    public void RFC6026_a_2xx_leads_to_Accepted_where_each_2xx_goes_up_until_timer_M()
    {
        var transaction = _bench.Client<InviteClientTransaction>("INVITE");
        transaction.Receive(_bench.Response(transaction, 200));
        Assert.Equal(States.Accepted, transaction.State);

        transaction.Receive(_bench.Response(transaction, 200));
        transaction.Receive(_bench.Response(transaction, 180));
        transaction.Receive(_bench.Response(transaction, 486));
        _bench.Pass(31.9);
        Assert.Equal(["200", "200"], _bench.Told);
        _bench.Pass(0.2);

        Assert.Equal(["200", "200", "over"], _bench.Told);
        Assert.Equal(["0 INVITE"], _bench.Sent);
        AssertGone();
    }

    [Fact]
    public void A_refusal_is_acknowledged_each_time_it_comes_but_goes_up_once_until_timer_D()
    {
        var transaction = _bench.Client<InviteClientTransaction>("INVITE");
        transaction.Receive(_bench.Response(transaction, 486));
        _bench.Pass(1);
        transaction.Receive(_bench.Response(transaction, 486));
        Assert.Equal(States.Completed, transaction.State);

        _bench.Pass(31.1);

        Assert.Equal(["0 INVITE", "0 ACK", "1000 ACK"], _bench.Sent);
        Assert.Equal(["486", "over"], _bench.Told);
        AssertGone();
    }

    [Fact]
    public void Over_a_reliable_transport_timer_D_is_zero()
    {
        var bench = new TransactionBench(SipTransportProtocol.Tcp);
        var transaction = bench.Client<InviteClientTransaction>("INVITE");

        transaction.Receive(bench.Response(transaction, 503));

        Assert.Equal(["503", "over"], bench.Told);
        Assert.Equal(0, bench.Layer.Count);
    }

    [Fact]
    public void RFC3261_17_1_1_3_the_ACK_repeats_Via_Route_and_CSeq_number_and_takes_To_from_the_response()
    {
        var invite = TransactionBench.Request("INVITE", "z9hG4bKx");
        invite.Headers.Add("Route", "<sip:proxy;lr>");

        var ack = TransactionRequests.AckForFailure(invite, SipResponse.For(invite, 404, null, "peer"));

        Assert.Equal("z9hG4bKx", ack.TopVia!.Branch);
        Assert.Equal("<sip:proxy;lr>", ack["Route"]);
        Assert.Equal(new CSeq(7, "ACK"), ack.CSeq);
        Assert.Equal("peer", ack.To.Tag);
    }

    [Fact]
    public void A_transport_failure_ends_it_with_503()
    {
        _bench.IsBroken = true;

        var transaction = _bench.Client<InviteClientTransaction>("INVITE");

        Assert.True(transaction.IsTerminated);
        Assert.Equal(["failed 503", "over"], _bench.Told);
        AssertGone();
    }

    private void AssertGone()
    {
        Assert.Equal(0, _bench.Layer.Count);
        Assert.Equal(0, _bench.Timers.Count);
    }
}
