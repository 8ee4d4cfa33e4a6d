namespace CallCluster.Sip.Location;

/// <summary>The order in which SRV records are tried (RFC 2782, "Usage rules").</summary>
internal static class SrvOrder
{
    /// <param name="servers">In any order.</param>
    /// <param name="random">A number from 0 to below its argument.</param>
    internal static IEnumerable<Server> Arrange(IReadOnlyList<Server> servers, Func<int, int> random)
    {
        foreach (var priority in servers.GroupBy(server => server.Priority).OrderBy(group => group.Key))
        {
            // Those without weight first: they are chosen when the number is 0, and last.
            List<Server> left = [.. priority.OrderBy(server => server.Weight > 0)];
            while (left.Count > 0)
            {
                var number = random(left.Sum(server => server.Weight) + 1);
                var chosen = 0;
                for (var sum = left[0].Weight; sum < number; sum += left[chosen].Weight)
                    chosen++;
                yield return left[chosen];
                left.RemoveAt(chosen);
            }
        }
    }
}
