namespace CallCluster.Host.Configuration;

/// <summary>Who is told of events over HTTP.</summary>
internal sealed record WebhookOptions
{
    /// <summary>Where events are posted to; http or https. Redirections are not followed.</summary>
    public required string Url { get; init; }

    /// <summary>File with the secret that signs each post: any text, or "whsec_" and Base64 as in Standard Webhooks.</summary>
    public required string SecretFile { get; init; }

    /// <summary>Names of events, or patterns such as "ticket.*".</summary>
    public IReadOnlyList<string> Events { get; init; } = [];
}
