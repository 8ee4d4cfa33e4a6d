namespace CallCluster.Host.Configuration;

/// <summary>Whether media is encrypted.</summary>
internal enum SrtpPolicy { Off }
