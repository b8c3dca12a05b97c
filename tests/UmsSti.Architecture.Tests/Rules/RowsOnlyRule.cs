using Mono.Cecil;

namespace UmsSti.Architecture.Tests.Rules;

/// <summary>ReadModels knows rows, not events: no type of its own is an event and none comes from a room that has events.</summary>
public static class RowsOnlyRule
{
    private static readonly string[] EventRooms = ["UmsSti.Domain", "UmsSti.Kernel", "UmsSti.Application", "FSharp.Core"];

    public static IReadOnlyList<string> Violations(ModuleDefinition module, IEnumerable<TypeDefinition> types) =>
        [.. types.Where(type => type.Name.EndsWith("Event", StringComparison.Ordinal) || type.Name is "Events" or "Codec" or "Fold")
                .Select(type => $"{type.FullName} is named like an event"),
         .. module.AssemblyReferences.Where(reference => EventRooms.Contains(reference.Name))
                .Select(reference => $"references {reference.Name}, where events live")];
}
