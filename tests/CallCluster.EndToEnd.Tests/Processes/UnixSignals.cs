using System.ComponentModel;
using System.Runtime.InteropServices;

namespace CallCluster.EndToEnd.Tests.Processes;

/// <summary>The signals that tests send.</summary>
public enum UnixSignal { Interrupt = 2, Kill = 9, User1 = 10, Terminate = 15 }

/// <summary>kill(2).</summary>
internal static partial class UnixSignals
{
    public static void Send(int processId, UnixSignal signal)
    {
        const int noSuchProcess = 3;
        if (Kill(processId, (int)signal) != 0 && Marshal.GetLastPInvokeError() != noSuchProcess) throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
