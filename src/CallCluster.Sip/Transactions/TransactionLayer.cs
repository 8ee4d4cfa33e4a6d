using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Sources;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.Transactions;

/// <summary>The tables of all transactions of an endpoint (RFC 3261 §17): matching, creation within bounds, removal. Under the endpoint's lock.</summary>
internal sealed class TransactionLayer(TransactionTimings timings, TimerQueue timers, MessageSender sender, int capacity)
{
    private const int LargeTable = 4096;

    private readonly Dictionary<ClientTransactionKey, ClientTransaction> _clients = [];
    private readonly Dictionary<ServerTransactionKey, ServerTransaction> _servers = [];
    private readonly Dictionary<MergedRequestKey, ServerTransaction> _initialRequests = [];

    internal TimerQueue Timers { get; } = timers;

    internal MessageSender Sender { get; } = sender;

    /// <summary>Finds the flow over TCP to the target of one over UDP, for requests that are too large; null when they stay on UDP.</summary>
    internal Func<SipFlow, SipFlow?>? ReliableFlow { get; init; }

    internal int MaxUnreliableSize { get; init; }

    /// <summary>Learns from answers who is nobody; null when there are no limits.</summary>
    internal SourceGate? Sources { get; init; }

    internal TimeSpan T1 => timings.T1;

    internal TimeSpan T2 => timings.T2;

    internal TimeSpan T4 => timings.T4;

    internal TimeSpan TryingAfter => timings.TryingAfter;

    /// <summary>64*T1: timers B, F, H, J, L and M.</summary>
    internal TimeSpan TransactionTimeout => timings.T1 * 64;

    /// <summary>Timer D: at least 32 s over unreliable transports (RFC 3261 §17.1.1.2).</summary>
    internal TimeSpan TimerD => timings.TimerD;

    internal int Count => _clients.Count + _servers.Count;

    internal bool IsFull => Count >= capacity;

    /// <summary>Even requests in a dialog find no room.</summary>
    internal bool IsOverflowing => Count >= capacity + (capacity / 4);

    /// <summary>Adds our Via (RFC 3261 §8.1.1.7, RFC 3581 §3) and sends. Failures come through the user, possibly before this returns.</summary>
    internal ClientTransaction Send(SipRequest request, in SipFlow flow, IClientTransactionUser user, string? branch = null)
    {
        branch ??= NewBranch();
        request.Headers.Prepend(HeaderNames.Via, MessageSender.ViaFor(flow.Transport, branch));
        if (ReliableFlow is null || flow.IsReliable || Sender.Measure(request) <= MaxUnreliableSize || ReliableFlow(flow) is not { } reliable)
            return SendWithVia(request, branch, flow, user);
        request.ReplaceTopVia(ViaHeader.TryParse(Encoding.ASCII.GetBytes(MessageSender.ViaFor(reliable.Transport, branch)), out var via) ? via : request.TopVia!);
        return SendWithVia(request, branch, reliable, user);
    }

    /// <summary>Sends a CANCEL, which has its INVITE's Via already.</summary>
    internal ClientTransaction SendWithVia(SipRequest request, string branch, in SipFlow flow, IClientTransactionUser user)
    {
        ClientTransaction transaction = request.Method == SipMethods.Invite
            ? new InviteClientTransaction(this, request, branch, flow, user)
            : new NonInviteClientTransaction(this, request, branch, flow, user);
        _clients.Add(transaction.Key, transaction);
        SipMetrics.TransactionsChanged(1);
        transaction.Start();
        return transaction;
    }

    internal static string NewBranch() => TransactionTokens.New(ViaHeader.MagicCookie);

    internal bool TryMatch(SipResponse response, out ClientTransaction transaction)
    {
        transaction = null!;
        return response.TopVia?.Branch is { } branch && _clients.TryGetValue(new ClientTransactionKey(branch, response.CSeq.Method), out transaction!);
    }

    internal bool TryMatch(in ServerTransactionKey key, out ServerTransaction transaction) => _servers.TryGetValue(key, out transaction!);

    internal ServerTransaction Receive(SipRequest request, in ServerTransactionKey key, in SipFlow flow)
    {
        ServerTransaction transaction = request.Method == SipMethods.Invite
            ? new InviteServerTransaction(this, request, key, flow)
            : new NonInviteServerTransaction(this, request, key, flow);
        _servers.Add(key, transaction);
        SipMetrics.TransactionsChanged(1);
        transaction.Start();
        return transaction;
    }

    /// <summary>Notes a request out of dialog; false when the same one came over another path and is still in work (RFC 3261 §8.2.2.2).</summary>
    internal bool TryClaim(SipRequest request, ServerTransaction transaction)
    {
        var key = MergedRequestKey.Of(request);
        if (!_initialRequests.TryAdd(key, transaction))
            return false;
        transaction.MergedKey = key;
        return true;
    }

    internal void Remove(ClientTransaction transaction)
    {
        if (!_clients.Remove(transaction.Key))
            return;
        SipMetrics.TransactionsChanged(-1);
        Shrink(_clients);
    }

    internal void Remove(ServerTransaction transaction)
    {
        if (!_servers.Remove(transaction.Key))
            return;
        if (transaction.MergedKey is { } key)
            _initialRequests.Remove(key);
        SipMetrics.TransactionsChanged(-1);
        Shrink(_servers);
        Shrink(_initialRequests);
    }

    /// <summary>Gives the memory of a rush back when its last transaction is gone.</summary>
    private static void Shrink<TKey, TTransaction>(Dictionary<TKey, TTransaction> table)
        where TKey : notnull
    {
        if (table.Count == 0 && table.Capacity > LargeTable)
            table.TrimExcess();
    }

    internal void Clear()
    {
        SipMetrics.TransactionsChanged(-Count);
        _clients.Clear();
        _servers.Clear();
        _initialRequests.Clear();
    }
}
