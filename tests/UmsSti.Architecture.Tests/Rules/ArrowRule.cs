using System.Xml.Linq;
using Mono.Cecil;

namespace UmsSti.Architecture.Tests.Rules;

/// <summary>A room references only the rooms its row in design.md section 2 names: in its assembly and in its project file.</summary>
public static class ArrowRule
{
    /// <summary>Arrows the compiler really drew: assembly references to rooms that are not allowed.</summary>
    public static IReadOnlyList<string> InAssembly(Room room, ModuleDefinition module) =>
        [.. module.AssemblyReferences
            .Select(reference => House.Rooms.SingleOrDefault(other => other.AssemblyName == reference.Name)?.Name)
            .OfType<string>()
            .Where(other => !room.MayReference.Contains(other))
            .Select(other => $"the assembly of {room.Name} references {other}")];

    /// <summary>Arrows someone asked for: project references that are not allowed, used or not.</summary>
    public static IReadOnlyList<string> InProject(Room room, XDocument project) =>
        [.. project.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Where(other => !room.MayReference.Contains(other))
            .Select(other => $"the project file of {room.Name} references {other}")];
}
