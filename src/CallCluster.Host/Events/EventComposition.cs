using CallCluster.Grains.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CallCluster.Host.Events;

/// <summary>The stream of events: told by silos, listened to at every node.</summary>
internal static class EventComposition
{
    /// <summary>After the silo is added: it begins when that has begun, and ends before it does.</summary>
    public static void AddEventFeed(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<EventFeed>();
        builder.Services.AddHostedService(services => services.GetRequiredService<EventFeed>());
        builder.Services.AddSingleton<IEventOutbox, EventOutlet>();
    }

    public static void AddEventRelay(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<EventMetrics>();
        builder.Services.AddSingleton<EventRelay>();
    }
}
