using System.Runtime.InteropServices;

namespace CallCluster.Host.Edges;

/// <summary>The C library's heap, where the just-in-time compiler and the TLS library keep what they need.</summary>
internal static partial class NativeHeap
{
    /// <summary>Gives the freed pages of all its arenas back to the system; by itself glibc gives back only what lies at an arena's end.</summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl keeps no arenas and has no such call.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keep);
}
