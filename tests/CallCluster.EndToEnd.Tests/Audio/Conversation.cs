using System.Globalization;
using System.Net;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Audio;

/// <summary>
/// The audio of many calls: a party for each leg that sipp sets up, kept at one packet each 20 ms from the moment that sipp has logged where the other side listens
/// ("LEG side ip port remote_ip remote_port").
/// </summary>
public sealed class Conversation : IAsyncDisposable
{
    private static readonly TimeSpan s_packet = TimeSpan.FromMilliseconds(20);
    private readonly Dictionary<int, AudioParty> _parties = [];
    private readonly Func<IEnumerable<string>> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Task _loop;

    /// <param name="log">The log lines of all sipps.</param>
    /// <param name="parties">One for each leg that may come.</param>
    public Conversation(Func<IEnumerable<string>> log, params IEnumerable<AudioParty> parties)
    {
        _log = log;
        foreach (var party in parties) _parties[party.Port] = party;
        _loop = Task.Run(Run);
    }

    /// <summary>Reads something of the parties while they stand still.</summary>
    public T Look<T>(Func<T> read)
    {
        lock (_gate) return read();
    }

    /// <summary>Waits until the listener has heard more than so many packets of the speaker.</summary>
    public Task Hears(AudioParty listener, int speaker, int packets) =>
        Eventually.Becomes(() => Task.FromResult(Look(() => listener.Heard.TryGetValue(speaker, out var heard) ? heard.Count : 0)), heard => heard > packets, $"{listener.Identity} hears {packets} packets of {speaker}");

    /// <summary>Stops speaking and listening; the parties may then be read.</summary>
    public async Task Stop()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        foreach (var party in _parties.Values) party.Dispose();
        _stop.Dispose();
    }

    private async Task Run()
    {
        using var pace = new PeriodicTimer(s_packet);
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            for (var (said, connectAt) = (0, 0); await pace.WaitForNextTickAsync(_stop.Token);)
            {
                lock (_gate)
                {
                    // On a busy machine the timer comes late, and then once for all times that it has missed. What was due then is said now, as phones do: how long they talked is told by their packets.
                    var due = (int)(TimeProvider.System.GetElapsedTime(began) / s_packet);
                    for (; said < due; said++)
                        foreach (var party in _parties.Values) party.Speak();
                    foreach (var party in _parties.Values) party.Listen();
                    if (due < connectAt) continue;
                    // After that: whoever is connected now had nothing to say before.
                    Connect();
                    connectAt = due + 5;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private void Connect()
    {
        foreach (var line in _log())
        {
            var leg = line.IndexOf("LEG ", StringComparison.Ordinal);
            if (leg < 0) continue;
            var words = line[leg..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 6 && _parties.TryGetValue(int.Parse(words[3], CultureInfo.InvariantCulture), out var party))
                party.SpeakTo(new IPEndPoint(IPAddress.Parse(words[4]), int.Parse(words[5], CultureInfo.InvariantCulture)));
        }
    }
}
