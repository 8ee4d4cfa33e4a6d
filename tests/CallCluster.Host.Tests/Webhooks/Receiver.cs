using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CallCluster.Host.Tests.Webhooks;

/// <summary>A receiver of webhooks: an HTTP server on loopback that answers as the test wants.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<Post> _posts = [];
    private int _underWay;

    private Receiver(WebApplication app) => _app = app;

    /// <summary>The status for a post; by default 204.</summary>
    public Func<Post, Task<int>> Answer { get; set; } = static _ => Task.FromResult(204);

    public int MostAtOnce { get; private set; }

    public string Url => $"{_app.Urls.Single()}/hooks";

    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <summary>What has come so far, attempts that were not acknowledged included.</summary>
    public Post[] Posts
    {
        get
        {
            lock (_posts) return [.. _posts];
        }
    }

    /// <param name="port">0 for a free one; that of one before for a receiver that comes back.</param>
    public static async Task<Receiver> Start(int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(receiver.Take);
        await receiver._app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task Take(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers;
        var post = new Post(body.ToArray(), headers.ContentType.ToString(), headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString());
        lock (_posts)
        {
            _posts.Add(post);
            MostAtOnce = Math.Max(MostAtOnce, ++_underWay);
        }
        http.Response.StatusCode = await Answer(post);
        lock (_posts) _underWay--;
    }

    /// <summary>One attempt.</summary>
    public sealed record Post(byte[] Body, string ContentType, string Id, string Timestamp, string Signature)
    {
        public JsonNode Event => JsonNode.Parse(Body)!;
    }
}
