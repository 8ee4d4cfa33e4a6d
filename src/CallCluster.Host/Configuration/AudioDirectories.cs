using CallCluster.Contracts.Configuration;

namespace CallCluster.Host.Configuration;

/// <summary>Whether audio can be kept where it is to be: found out by <c>check</c> and at the edge's start, not at the first customer's call. Leaves nothing behind, since <c>check</c> may run as another user.</summary>
internal static class AudioDirectories
{
    /// <summary>Makes each directory that is used, where it is not there, and a file in it.</summary>
    public static void Check(CallClusterOptions options, ConfigurationErrors errors)
    {
        if (options.Queues.Values.Any(queue => queue.Record == RecordPolicy.Always)) WritableDirectory.Check("CallCluster:Recordings:Directory", options.Recordings.Directory, errors);
        if (options.Voicemail.Boxes.Count > 0) WritableDirectory.Check("CallCluster:Voicemail:Directory", options.Voicemail.Directory, errors);
    }
}
