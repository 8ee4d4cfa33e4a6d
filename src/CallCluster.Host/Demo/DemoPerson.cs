using CallCluster.Media.Engine;
using CallCluster.Media.Prompts;
using CallCluster.Phone;

namespace CallCluster.Host.Demo;

/// <summary>Somebody with a phone and a voice of their own.</summary>
internal sealed class DemoPerson : IAsyncDisposable
{
    /// <summary>Before people speak they breathe in; a bridge needs a moment too.</summary>
    private const int BreathSamples = 2400;

    private readonly DemoReport _report;

    private DemoPerson(string name, int voice, DemoReport report)
    {
        Name = name;
        _report = report;
        Says = Tones.Babble(TimeSpan.FromSeconds(2.5), voice);
    }

    public string Name { get; }

    public SipPhone Phone { get; private set; } = null!;

    /// <summary>What this person says in a call.</summary>
    public short[] Says { get; }

    /// <summary>A person whose phone is ready.</summary>
    public static async Task<DemoPerson> StartAsync(string name, string user, int voice, MediaEngine media, DemoReport report, string? password = null, CancellationToken cancellationToken = default)
    {
        var person = new DemoPerson(name, voice, report);
        person.Phone = await SipPhone.StartAsync(
            new SipPhoneOptions { User = user, DisplayName = name, Password = password, Media = media, OnEvent = person.Tell }, cancellationToken);
        return person;
    }

    /// <summary>Speaks into a call.</summary>
    /// <param name="call">One of this person's calls.</param>
    /// <param name="line">What the line does to the voice; nothing, unless a test garbles it.</param>
    /// <param name="cancellationToken">Stops speaking.</param>
    public Task SpeakAsync(PhoneCall call, Func<short[], short[]> line, CancellationToken cancellationToken) =>
        call.PlayAsync((short[])[.. new short[BreathSamples], .. line(Says)], cancellationToken);

    public ValueTask DisposeAsync() => Phone.DisposeAsync();

    private void Tell(PhoneEvent happened)
    {
        var what = happened.Kind switch
        {
            PhoneEventKind.Registered => "registers the phone, by digest",
            PhoneEventKind.Unregistered => "takes the registration back",
            PhoneEventKind.RegistrationFailed => $"cannot register: {happened.Detail}",
            PhoneEventKind.Calling => $"calls {happened.Detail}",
            PhoneEventKind.Incoming => $"is called by {happened.Detail}",
            PhoneEventKind.Ringing when happened.Call is { IsIncoming: true } => "hears the own phone ring",
            PhoneEventKind.Ringing => $"hears it ring: {happened.Detail}",
            PhoneEventKind.Answered when happened.Call is { IsIncoming: true } => "picks up",
            PhoneEventKind.Answered => "is answered",
            PhoneEventKind.Held => "is put on hold",
            PhoneEventKind.Resumed => "is taken off hold",
            PhoneEventKind.Digit => $"hears the key {happened.Detail}",
            _ when happened.Detail.StartsWith("LocalBye", StringComparison.Ordinal) => "hangs up",
            _ when happened.Detail.StartsWith("RemoteBye", StringComparison.Ordinal) => "hears the line go dead",
            _ => $"is done: {happened.Detail}",
        };
        _report.Tell(Name, what);
    }
}
