using CallCluster.Contracts.Events;

namespace CallCluster.Host.Configuration;

/// <summary>What a webhook may hold.</summary>
internal static class WebhookRules
{
    public static void Check(IReadOnlyDictionary<string, WebhookOptions> webhooks, ConfigurationErrors errors)
    {
        foreach (var (name, webhook) in webhooks)
        {
            var path = $"CallCluster:Webhooks:{name}";
            // Its outbox is a directory of that name.
            if (!Names.IsName(name)) errors.Wrong(path, name, Names.MayHold);
            // Null when a key is missing, which has been told.
            if (webhook.Url is { } url && !IsUrl(url)) errors.Wrong($"{path}:Url", url, "an http or https URL without user and password");
            if (webhook.Events.Count == 0) errors.Missing($"{path}:Events", $"at least one of {string.Join(", ", EventKinds.Kept)}, or a pattern such as \"ticket.*\"");
            foreach (var (i, pattern) in webhook.Events.Index())
            {
                if (EventKinds.Matching(pattern).All(EventKinds.IsLive)) errors.Wrong($"{path}:Events:{i}", pattern, $"one of {string.Join(", ", EventKinds.Kept)}, or a pattern such as \"ticket.*\"");
            }
        }
    }

    private static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.UserInfo.Length == 0;
}
