namespace UmsSti.ReadModels.Tests;

/// <summary>A temporary folder with one read-model file, gone when disposed.</summary>
public sealed class Folder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("ums-readmodels-").FullName;

    public string File => Path.Combine(_path, "readmodel.db");

    public ReadModelDatabase Open(Func<ReadModelOptions, ReadModelOptions>? change = null)
    {
        var options = new ReadModelOptions { Path = File };
        return ReadModelDatabase.Open(change is null ? options : change(options), TimeProvider.System);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
