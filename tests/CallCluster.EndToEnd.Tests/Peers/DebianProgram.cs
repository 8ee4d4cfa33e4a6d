namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>Finds the programs that the tests talk to. One that is missing fails the test: a suite that skips its peers proves nothing.</summary>
internal static class DebianProgram
{
    public static string Find(string program, string package)
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin");
        return directories.Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"{program} is not installed: run 'apt-get install -y {package}', or tests/run.sh, which does it.");
    }
}
