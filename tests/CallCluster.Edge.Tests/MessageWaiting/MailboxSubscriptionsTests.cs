using CallCluster.Edge.Tests.Support;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;

namespace CallCluster.Edge.Tests.MessageWaiting;

public sealed class MailboxSubscriptionsTests
{
    [Fact]
    public async Task However_many_an_agent_asks_for_at_once_ten_are_taken()
    {
        await using var bench = await EdgeBench.Start();
        await using var phone = await SipPeer.Start();
        var asked = Enumerable.Range(0, 15).Select(_ => phone.Send("SUBSCRIBE", bench.Uri("alice"), new DigestClient("alice", "wonderland"),
            (HeaderNames.Event, "message-summary"), (HeaderNames.Contact, $"<sip:alice@{phone.Address}>"), (HeaderNames.Expires, "3600"))).ToList();
        var refused = new List<int>();
        while (refused.Count < 5)
        {
            var next = await Task.WhenAny(asked);
            asked.Remove(next);
            refused.Add(await next);
        }

        bench.Cluster.BoxesAnswer.SetResult();
        Assert.All(refused, status => Assert.Equal(403, status));
        Assert.All(await Task.WhenAll(asked), status => Assert.InRange(status, 200, 202));
    }
}
