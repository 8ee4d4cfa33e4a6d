namespace CallCluster.EndToEnd.Tests.Processes;

/// <summary>A directory for one test, removed with it.</summary>
public sealed class ScratchDirectory : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("callcluster-e2e-").FullName;

    public string File(string name) => Path.Combine(Root, name);

    public string Write(string name, string content)
    {
        var path = File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public string Folder(string name) => Directory.CreateDirectory(File(name)).FullName;

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("CALLCLUSTER_KEEP_SCRATCH") is null) Directory.Delete(Root, recursive: true);
    }
}
