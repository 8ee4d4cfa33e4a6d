using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Registrations;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.Registrations;

/// <summary>RFC 3261 §10.2, with the registrar played by the test.</summary>
public sealed class RegistrationClientTests : IDisposable
{
    private readonly MemoryNetwork _network = new();
    private readonly SipEndpoint _endpoint;
    private readonly RawPeer _registrar;
    private readonly RegistrationClient _client;
    private readonly List<string> _told = [];
    private string _password = "old";

    public RegistrationClientTests()
    {
        _endpoint = _network.Endpoint(new Recorder());
        _registrar = _network.Peer();
        var uri = SipUri.Parse($"sip:{_registrar.Address}");
        _client = new RegistrationClient(_endpoint, new RegistrationOptions
        {
            Registrar = uri,
            Address = uri.WithUser("cc"),
            ContactUser = "cc",
            Credentials = () => new DigestClient("cc", _password),
            Expires = TimeSpan.FromSeconds(600),
        }, _network.Time, (state, detail) => _told.Add(detail is null ? $"{state}" : $"{state} {detail}"));
        _network.Pass(0.05);
    }

    private SipRequest Last => _registrar.LastRequest("REGISTER");

    /// <summary>Requests, each counted once however often it was repeated.</summary>
    private int Count => _registrar.Requests.Where(request => request.Method == "REGISTER").DistinctBy(request => request.CSeq.Number).Count();

    [Fact]
    public void Registers_at_once_and_again_before_the_binding_is_over()
    {
        Assert.Equal((600u, "cc", "cc"), (Last.Expires, Last.To.Uri.User, Last.Contact[0].Uri.User));
        Answer(200, ("Contact", $"{Last.Contact[0]};expires=100"));
        Assert.Equal(["Registered"], _told);
        var (callId, cseq) = (Last.CallId, Last.CSeq.Number);
        _network.Pass(79);
        Assert.Equal(1, Count);
        _network.Pass(2);
        Assert.Equal(2, Count);
        Assert.Equal((callId, true), (Last.CallId, Last.CSeq.Number > cseq));
    }

    [Fact]
    public void A_challenge_is_answered_with_the_password_of_that_moment()
    {
        Answer(401, ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n1\", algorithm=MD5, qop=\"auth\""));
        Assert.Equal(2, Count);
        var first = Last.Headers.Get("Authorization");
        Answer(200, ("Expires", "10"));
        _password = "new";
        _network.Pass(8.1);
        Answer(401, ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n1\", algorithm=MD5, qop=\"auth\""));
        Assert.Contains("username=\"cc\"", Last.Headers.Get("Authorization"), StringComparison.Ordinal);
        Assert.NotEqual(first, Last.Headers.Get("Authorization"));
    }

    [Fact]
    public void A_registrar_that_wants_longer_gets_it_once()
    {
        Answer(423, ("Min-Expires", "1800"));
        _network.Pass(0.1);
        Assert.Equal((2, 1800u), (Count, Last.Expires));
        Answer(423, ("Min-Expires", "3600"));
        Assert.Equal("Failed 423 Interval Too Brief", Assert.Single(_told));
    }

    [Fact]
    public void A_refusal_is_tried_again_later_and_Retry_After_is_obeyed()
    {
        Answer(403);
        Assert.Equal(["Failed 403 Forbidden"], _told);
        _network.Pass(2.4);
        Assert.Equal(1, Count);
        _network.Pass(2.7);
        Assert.Equal(2, Count);
        Answer(503, ("Retry-After", "60 (maintenance);duration=3600"));
        _network.Pass(59);
        Assert.Equal(2, Count);
        _network.Pass(8);
        Assert.Equal(3, Count);
    }

    [Fact]
    public void A_silent_registrar_is_told_as_one()
    {
        _network.Pass(33);
        Assert.Equal(["Failed the registrar did not answer"], _told);
    }

    [Fact]
    public void Unregistering_takes_the_binding_back_and_ends_the_refreshing()
    {
        Answer(200, ("Expires", "100"));
        _client.Unregister();
        _network.Deliver();
        Assert.Equal((2, 0u), (Count, Last.Expires));
        Answer(200);
        _network.Pass(200);
        Assert.Equal(2, Count);
        Assert.Single(_told);
    }

    public void Dispose() => _client.Dispose();

    private void Answer(int status, params (string Name, string Value)[] headers)
    {
        var response = _registrar.Response(Last, status);
        foreach (var (name, value) in headers) response.Headers.Add(name, value);
        _registrar.Send(response, _endpoint.Listeners[0].LocalEndPoint);
    }
}
