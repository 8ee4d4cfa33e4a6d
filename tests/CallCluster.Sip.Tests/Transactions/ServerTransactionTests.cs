using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;
using InviteStates = CallCluster.Sip.Transactions.InviteServerTransaction.States;
using States = CallCluster.Sip.Transactions.NonInviteServerTransaction.States;

namespace CallCluster.Sip.Tests.Transactions;

/// <summary>RFC 3261 §17.2 and RFC 6026 §7.1.</summary>
public sealed class ServerTransactionTests
{
    private readonly TransactionBench _bench = new();

    [Fact]
    public void RFC3261_17_2_1_a_provisional_response_is_repeated_when_the_INVITE_comes_again()
    {
        var transaction = _bench.Server<InviteServerTransaction>("INVITE");
        transaction.ReceiveRetransmission();
        Assert.Empty(_bench.Sent);
        _bench.Respond(transaction, 180);
        _bench.Pass(0.5);
        transaction.ReceiveRetransmission();

        Assert.Equal(["0 180", "500 180"], _bench.Sent);
        Assert.Equal(InviteStates.Proceeding, transaction.State);
        Assert.Equal(0, _bench.Timers.Count);
    }

    [Fact]
    public void RFC3261_17_2_1_timer_G_repeats_a_refusal_until_timer_H_gives_up()
    {
        var transaction = _bench.Server<InviteServerTransaction>("INVITE");
        _bench.Respond(transaction, 486);

        _bench.Pass(32);

        Assert.Equal([0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500], _bench.Sent.Select(item => int.Parse(item.Split(' ')[0])));
        Assert.True(transaction.IsTerminated);
        AssertGone(_bench);
    }

    [Fact]
    public void RFC3261_17_2_1_the_ACK_confirms_and_timer_I_absorbs_more_of_them()
    {
        var transaction = _bench.Server<InviteServerTransaction>("INVITE");
        _bench.Respond(transaction, 486);
        transaction.ReceiveAck();
        Assert.Equal(InviteStates.Confirmed, transaction.State);
        transaction.ReceiveAck();
        transaction.ReceiveRetransmission();

        _bench.Pass(4.9);
        Assert.False(transaction.IsTerminated);
        _bench.Pass(0.2);

        Assert.True(transaction.IsTerminated);
        Assert.Equal(["0 486"], _bench.Sent);
        AssertGone(_bench);
    }

    [Fact]
    public void Over_a_reliable_transport_timer_G_does_not_run_and_timer_I_is_zero()
    {
        var bench = new TransactionBench(SipTransportProtocol.Tcp);
        var transaction = bench.Server<InviteServerTransaction>("INVITE");
        bench.Respond(transaction, 486);
        bench.Pass(5);

        transaction.ReceiveAck();

        Assert.Equal(["0 486"], bench.Sent);
        AssertGone(bench);
    }

    [Fact]
    public void RFC6026_a_2xx_leads_to_Accepted_which_absorbs_the_INVITE_until_timer_L()
    {
        var transaction = _bench.Server<InviteServerTransaction>("INVITE");
        _bench.Respond(transaction, 200);
        Assert.Equal(InviteStates.Accepted, transaction.State);
        transaction.ReceiveRetransmission();
        _bench.Respond(transaction, 486);

        _bench.Pass(31.9);
        Assert.False(transaction.IsTerminated);
        _bench.Pass(0.2);

        Assert.True(transaction.IsTerminated);
        Assert.Equal(["0 200"], _bench.Sent);
        AssertGone(_bench);
    }

    [Fact]
    public void What_is_answered_holds_neither_request_nor_session()
    {
        var invite = _bench.Server<InviteServerTransaction>("INVITE");
        _bench.Respond(invite, 200);
        var bye = _bench.Server<NonInviteServerTransaction>("BYE");
        _bench.Respond(bye, 200);

        Assert.Null(invite.Request);
        Assert.Null(invite.User);
        Assert.Null(bye.Request);
    }

    [Fact]
    public void RFC3261_17_2_2_a_request_that_comes_again_gets_the_last_response_until_timer_J()
    {
        var transaction = _bench.Server<NonInviteServerTransaction>("OPTIONS");
        transaction.ReceiveRetransmission();
        Assert.Equal(States.Trying, transaction.State);
        _bench.Respond(transaction, 100);
        Assert.Equal(States.Proceeding, transaction.State);
        transaction.ReceiveRetransmission();
        _bench.Respond(transaction, 200);
        Assert.Equal(States.Completed, transaction.State);
        transaction.ReceiveRetransmission();
        _bench.Respond(transaction, 500);

        Assert.Equal(["0 100", "0 100", "0 200", "0 200"], _bench.Sent);
        _bench.Pass(31.9);
        Assert.False(transaction.IsTerminated);
        _bench.Pass(0.2);
        AssertGone(_bench);
    }

    [Fact]
    public void RFC3261_17_2_2_over_a_reliable_transport_timer_J_is_zero()
    {
        var bench = new TransactionBench(SipTransportProtocol.Tcp);
        var transaction = bench.Server<NonInviteServerTransaction>("OPTIONS");

        bench.Respond(transaction, 200);

        Assert.True(transaction.IsTerminated);
        AssertGone(bench);
    }

    [Fact]
    public void RFC3261_17_2_3_ACK_matches_its_INVITE_by_branch_and_sent_by()
    {
        var transaction = _bench.Server<InviteServerTransaction>("INVITE");
        var ack = TransactionBench.Request("ACK", "z9hG4bKserver");
        Assert.True(_bench.Layer.TryMatch(ServerTransactionKey.Of(ack, "INVITE"), out var found));
        Assert.Same(transaction, found);

        ack.Headers.Set("Via", "SIP/2.0/UDP 10.0.0.8:5060;branch=z9hG4bKserver");
        Assert.False(_bench.Layer.TryMatch(ServerTransactionKey.Of(ack, "INVITE"), out _));
    }

    [Fact]
    public void RFC3261_17_2_3_without_the_magic_cookie_the_request_itself_is_the_key()
    {
        var invite = TransactionBench.Request("INVITE", "1");
        var transaction = _bench.Server<InviteServerTransaction>("INVITE", "1");
        Assert.True(_bench.Layer.TryMatch(ServerTransactionKey.Of(invite, "INVITE"), out var again));
        Assert.Same(transaction, again);

        var ack = TransactionBench.Request("ACK", "1");
        ack.Headers.Set("To", "<sip:c@d>;tag=us");
        Assert.True(_bench.Layer.TryMatch(ServerTransactionKey.Of(ack, "INVITE"), out _));
        ack.Headers.Set("Call-ID", "other");
        Assert.False(_bench.Layer.TryMatch(ServerTransactionKey.Of(ack, "INVITE"), out _));
    }

    private static void AssertGone(TransactionBench bench)
    {
        Assert.Equal(0, bench.Layer.Count);
        Assert.Equal(0, bench.Timers.Count);
    }
}
