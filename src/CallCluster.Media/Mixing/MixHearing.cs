using CallCluster.Media.Engine;

namespace CallCluster.Media.Mixing;

/// <summary>A row of a hearing matrix: one member of a mix, and whose audio and keys reach it.</summary>
/// <param name="Listener">The member.</param>
/// <param name="Hears">Other members of the same mix; empty for one who hears nobody.</param>
public readonly record struct MixHearing(MediaStream Listener, IReadOnlyList<MediaStream> Hears);
