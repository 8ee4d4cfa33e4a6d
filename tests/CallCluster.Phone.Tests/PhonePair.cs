using CallCluster.Sip.Transports;

namespace CallCluster.Phone.Tests;

/// <summary>Two phones on loopback, and a limit of time within which any test must be done.</summary>
internal sealed class PhonePair : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private PhonePair(SipPhone alice, SipPhone bob)
    {
        Alice = alice;
        Bob = bob;
        _limit.CancelAfter(TimeSpan.FromSeconds(30));
    }

    public SipPhone Alice { get; }

    public SipPhone Bob { get; }

    public CancellationToken Limit => _limit.Token;

    public string BobsAddress => Bob.Contact.ToString();

    public static async Task<PhonePair> StartAsync(Func<SipPhoneOptions, SipPhoneOptions>? alice = null, Func<SipPhoneOptions, SipPhoneOptions>? bob = null, SipTransportProtocol transport = SipTransportProtocol.Udp)
    {
        var options = new SipPhoneOptions { User = "alice", Transport = transport };
        var a = await SipPhone.StartAsync(alice?.Invoke(options) ?? options, TestContext.Current.CancellationToken);
        options = new SipPhoneOptions { User = "bob", Transport = transport };
        return new PhonePair(a, await SipPhone.StartAsync(bob?.Invoke(options) ?? options, TestContext.Current.CancellationToken));
    }

    /// <summary>A call from Alice to Bob that Bob has answered.</summary>
    public async Task<(PhoneCall Alice, PhoneCall Bob)> ConnectAsync(CallOptions? options = null)
    {
        var calling = Alice.Dial(BobsAddress, options);
        var called = await Bob.WaitForCallAsync(Limit);
        await called.AnswerAsync(Limit);
        await calling.Answered.WaitAsync(Limit);
        return (calling, called);
    }

    public async ValueTask DisposeAsync()
    {
        await Alice.DisposeAsync();
        await Bob.DisposeAsync();
        _limit.Dispose();
    }
}
