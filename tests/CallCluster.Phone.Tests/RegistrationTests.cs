using CallCluster.Sip.Transports;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Phone.Tests;

/// <summary>RFC 3261 §10.2, with digest.</summary>
public sealed class RegistrationTests
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Theory]
    [InlineData(SipTransportProtocol.Udp)]
    [InlineData(SipTransportProtocol.Tcp)]
    public async Task A_phone_answers_the_challenge_is_bound_and_takes_the_binding_back(SipTransportProtocol transport)
    {
        await using var registrar = await Registrar.StartAsync("secret", transport);
        await using var phone = await SipPhone.StartAsync(new SipPhoneOptions { User = "bob", Password = "secret", Transport = transport, Domain = "example.org" }, Limit);
        await phone.RegisterAsync(registrar.Address, cancellationToken: Limit);
        Assert.Equal(phone.Contact.ToString(), registrar.Bindings["sip:bob@example.org"]);
        await phone.UnregisterAsync(Limit);
        Assert.Empty(registrar.Bindings);
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        await using var registrar = await Registrar.StartAsync("secret");
        await using var phone = await SipPhone.StartAsync(new SipPhoneOptions { User = "bob", Password = "guess" }, Limit);
        var failure = await Assert.ThrowsAsync<RegistrationFailedException>(() => phone.RegisterAsync(registrar.Address, cancellationToken: Limit));
        Assert.Equal(403, failure.Status);
        Assert.Empty(registrar.Bindings);
    }

    [Fact]
    public async Task A_phone_without_password_does_not_get_past_the_challenge()
    {
        await using var registrar = await Registrar.StartAsync("secret");
        await using var phone = await SipPhone.StartAsync(new SipPhoneOptions { User = "bob" }, Limit);
        Assert.Equal(401, (await Assert.ThrowsAsync<RegistrationFailedException>(() => phone.RegisterAsync(registrar.Address, cancellationToken: Limit))).Status);
    }

    [Fact]
    public async Task The_binding_is_refreshed_before_it_expires()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var registrar = await Registrar.StartAsync("secret", time: time);
        await using var phone = await SipPhone.StartAsync(new SipPhoneOptions { User = "bob", Password = "secret", Time = time }, Limit);
        await phone.RegisterAsync(registrar.Address, TimeSpan.FromSeconds(60), Limit);
        var first = await registrar.Accepted.ReadAsync(Limit);
        time.Advance(TimeSpan.FromSeconds(47));
        Assert.False(registrar.Accepted.TryRead(out _));
        time.Advance(TimeSpan.FromSeconds(2));
        var second = await registrar.Accepted.ReadAsync(Limit);
        Assert.Equal(first.CallId, second.CallId);
        Assert.True(second.CSeq.Number > first.CSeq.Number);
    }

    [Fact]
    public async Task A_binding_that_would_be_too_brief_is_asked_for_longer()
    {
        await using var registrar = await Registrar.StartAsync("secret");
        registrar.MinExpires = 600;
        await using var phone = await SipPhone.StartAsync(new SipPhoneOptions { User = "bob", Password = "secret" }, Limit);
        await phone.RegisterAsync(registrar.Address, TimeSpan.FromSeconds(60), Limit);
        Assert.Equal(600u, (await registrar.Accepted.ReadAsync(Limit)).Expires);
    }
}
