using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>
/// The store behind the grains: what is handed to it is there at once, or a while later (more than the grains' patience), or only when it is back.
/// Values go through the real serializer, so that a state that does not survive it is found.
/// </summary>
internal sealed class SimulatedStore(Simulator simulator)
{
    private static readonly Serializer Serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();
    private readonly Dictionary<string, byte[]> _records = [];

    public bool Fails { get; set; }

    public IEnumerable<string> Keys => _records.Keys;

    public T? Read<T>(string key)
        where T : class => _records.TryGetValue(key, out var bytes) ? Serializer.Deserialize<T>(bytes) : null;

    /// <summary>Writes; <paramref name="alive"/> says whether the writer still is, and <paramref name="written"/> is called when the store has it.</summary>
    public void Write<T>(string key, T state, Func<bool> alive, Action written)
    {
        var bytes = Serializer.SerializeToArray(state);
        if (!Fails && !simulator.Chance(0.05))
        {
            _records[key] = bytes;
            written();
            return;
        }

        simulator.After(simulator.Between(0.05, 2), () =>
        {
            if (!alive()) return;
            if (Fails)
            {
                Write(key, state, alive, written);
                return;
            }

            _records[key] = Serializer.SerializeToArray(state);
            written();
        });
    }

    public bool Holds(string key) => _records.ContainsKey(key);

    public void Clear(string key) => _records.Remove(key);
}
