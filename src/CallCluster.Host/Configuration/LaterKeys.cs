namespace CallCluster.Host.Configuration;

/// <summary>What the reference configuration knows and this version does not do yet. Refused by name: a key that is accepted has an effect.</summary>
internal static class LaterKeys
{
    // '*' stands for any name or index. An entry covers everything below it.
    private static readonly string[][] Keys =
    [
        .. new[]
        {
            "AI",
            "Flows:*:Intents", "Flows:*:Fallback",
        }.Select(key => key.Split(':')),
    ];

    /// <summary>Codecs of later versions.</summary>
    public static readonly string[] Codecs = ["OPUS"];

    /// <summary>Whether a later version has the key <paramref name="path"/> (<c>CallCluster:Queues:support:Hours</c>).</summary>
    public static bool Find(string path)
    {
        var keys = path.Split(':')[1..];
        return Keys.Any(later => later.Length == keys.Length && later.Zip(keys).All(pair => pair.First == "*" || pair.First == pair.Second));
    }
}
