using Mono.Cecil;

namespace UmsSti.Architecture.Tests;

/// <summary>One room of design.md section 2: a project, the assembly it builds, and the rooms it may reference.</summary>
public sealed record Room(string Name, string AssemblyName, IReadOnlyList<string> MayReference);

/// <summary>The plan of the house, and where its parts are found.</summary>
public static class House
{
    private static readonly string[] AllOthers =
        ["UmsSti.Domain", "UmsSti.Kernel", "UmsSti.Application", "UmsSti.Store", "UmsSti.ReadModels", "UmsSti.Projections"];

    /// <summary>The table "May reference" of design.md section 2.</summary>
    public static readonly IReadOnlyList<Room> Rooms =
    [
        new("UmsSti.Domain", "UmsSti.Domain", []),
        new("UmsSti.Kernel", "UmsSti.Kernel", []),
        new("UmsSti.Application", "UmsSti.Application", ["UmsSti.Domain", "UmsSti.Kernel"]),
        new("UmsSti.Store", "UmsSti.Store", ["UmsSti.Kernel"]),
        new("UmsSti.ReadModels", "UmsSti.ReadModels", []),
        new("UmsSti.Projections", "UmsSti.Projections",
            ["UmsSti.Application", "UmsSti.Domain", "UmsSti.Kernel", "UmsSti.ReadModels"]),
        new("UmsSti.Server", "ums", AllOthers),
    ];

    /// <summary>The top of the clone: the nearest folder above the test program that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    public static Room Room(string name) => Rooms.Single(room => room.Name == name);

    /// <summary>Opens the assembly a room builds, as it was copied beside the test program.</summary>
    public static ModuleDefinition OpenAssembly(Room room) =>
        ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, room.AssemblyName + ".dll"));

    /// <summary>The project file of a room, whatever its language.</summary>
    public static string ProjectFile(Room room) =>
        Directory.GetFiles(Path.Combine(Root, "src", room.Name), "*.?sproj").Single();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "UmsSti.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No UmsSti.sln above {AppContext.BaseDirectory}.");
    }
}
