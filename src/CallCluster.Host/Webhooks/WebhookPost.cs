using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using CallCluster.Edge.Secrets;
using CallCluster.Host.Configuration;

namespace CallCluster.Host.Webhooks;

/// <summary>Posts events to one receiver. Its URL comes from the configuration alone; redirections lead nowhere and what it answers is not read.</summary>
internal sealed class WebhookPost : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>A changed secret's predecessor signs as well, so that receivers may change theirs at any time of a day.</summary>
    private static readonly TimeSpan SecretOverlap = TimeSpan.FromDays(1);
    private readonly Uri _url;
    private readonly SecretFile _secret;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;

    public WebhookPost(WebhookOptions options, TimeProvider clock, int atOnce, TimeSpan timeout)
    {
        (_url, _secret, _clock) = (new Uri(options.Url), new SecretFile(options.SecretFile, clock), clock);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            // A receiver that moves is found again by its name.
            PooledConnectionLifetime = ConnectionLifetime,
            MaxConnectionsPerServer = atOnce,
        })
        { Timeout = timeout };
    }

    /// <summary>One attempt; never fails.</summary>
    /// <param name="body">The event.</param>
    /// <param name="stopping">The process ends.</param>
    /// <returns>What became of it, in words too, and how long the receiver wants to be left alone.</returns>
    public async Task<(DeliveryOutcome Outcome, string Words, TimeSpan? RetryAfter)> Send(byte[] body, CancellationToken stopping)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(CloudEvent.ContentType, "utf-8");
            Sign(request.Headers, body);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping);
            return (Meaning(response.StatusCode), $"status {((int)response.StatusCode).ToString(CultureInfo.InvariantCulture)}", RetryAfter(response.Headers.RetryAfter));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return (DeliveryOutcome.Failed, exception is OperationCanceledException ? "no answer in time" : exception.Message, null);
        }
    }

    public void Dispose() => _http.Dispose();

    private void Sign(HttpRequestHeaders headers, byte[] body)
    {
        var id = CloudEvent.Read(body).Id;
        var secret = _secret.Value;
        string[] secrets = _secret.Former(SecretOverlap) is { } former ? [secret, former] : [secret];
        var (timestamp, signature) = WebhookSignature.Of(id, _clock.GetUtcNow(), body, secrets);
        headers.Add(WebhookSignature.IdHeader, id);
        headers.Add(WebhookSignature.TimestampHeader, timestamp);
        headers.Add(WebhookSignature.SignatureHeader, signature);
    }

    private static DeliveryOutcome Meaning(HttpStatusCode status) => status switch
    {
        >= (HttpStatusCode)200 and < (HttpStatusCode)300 => DeliveryOutcome.Acknowledged,
        HttpStatusCode.Gone => DeliveryOutcome.Gone,
        HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests or >= (HttpStatusCode)500 => DeliveryOutcome.Failed,
        _ => DeliveryOutcome.Refused,
    };

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? value) => value?.Delta ?? value?.Date - _clock.GetUtcNow();
}
