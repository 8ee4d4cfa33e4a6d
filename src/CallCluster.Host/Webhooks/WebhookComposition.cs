using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CallCluster.Host.Webhooks;

/// <summary>The webhooks of a process with grains; nothing where none is configured.</summary>
internal static class WebhookComposition
{
    public static void AddWebhooks(this WebApplicationBuilder builder, CallClusterOptions options)
    {
        if (options.Webhooks.Count == 0) return;
        builder.Services.AddSingleton<WebhookMetrics>();
        builder.Services.AddSingleton<WebhookOutbox>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WebhookOutbox>());
    }
}
