using Mono.Cecil;
using Mono.Cecil.Cil;

namespace UmsSti.Architecture.Tests.Rules;

/// <summary>
/// Pure code reads no clock, makes no randomness, does no IO and waits for nothing. Checked on the compiled code, so that
/// neither an alias nor an inlined helper gets past it.
/// </summary>
public static class PurityRule
{
    private static readonly HashSet<string> ForbiddenMembers =
    [
        "System.DateTime::get_Now", "System.DateTime::get_UtcNow", "System.DateTime::get_Today",
        "System.DateTimeOffset::get_Now", "System.DateTimeOffset::get_UtcNow",
        "System.Guid::NewGuid", "System.Guid::CreateVersion7",
    ];

    private static readonly string[] ForbiddenTypes =
    [
        "System.Random", "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Environment", "System.Console",
        "System.Security.Cryptography.RandomNumberGenerator", "System.Diagnostics.Process",
    ];

    // Prefixes: a whole namespace and all below it; of FSharp.Control only what waits (lazy values are pure).
    private static readonly string[] ForbiddenPrefixes =
    [
        "System.IO.", "System.Threading.", "System.Net.", "System.Data.",
        "Microsoft.FSharp.Control.FSharpAsync", "Microsoft.FSharp.Control.FSharpMailbox", "Microsoft.FSharp.Control.TaskBuilder",
    ];

    /// <summary>Each use of something impure in the given types and the types nested in them.</summary>
    public static IReadOnlyList<string> Violations(IEnumerable<TypeDefinition> types) =>
        [.. types.SelectMany(WithNested).SelectMany(OfType).Distinct()];

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) =>
        type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static IEnumerable<string> OfType(TypeDefinition type) =>
        type.Fields.SelectMany(field => OfReference(field.FieldType).Select(use => $"{type.FullName}.{field.Name} holds {use}"))
            .Concat(type.Methods.SelectMany(OfMethod));

    private static IEnumerable<string> OfMethod(MethodDefinition method)
    {
        var signature = method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType)
            .SelectMany(OfReference);
        var body = method.HasBody ? method.Body.Instructions.SelectMany(OfInstruction) : [];
        return signature.Concat(body).Select(use => $"{method.DeclaringType.FullName}.{method.Name} uses {use}");
    }

    private static IEnumerable<string> OfInstruction(Instruction instruction) => instruction.Operand switch
    {
        MethodReference method => OfMember(method.DeclaringType, method.Name)
            .Concat(method is GenericInstanceMethod generic ? generic.GenericArguments.SelectMany(OfReference) : []),
        FieldReference field => OfMember(field.DeclaringType, field.Name),
        TypeReference type => OfReference(type),
        _ => [],
    };

    private static IEnumerable<string> OfMember(TypeReference type, string member) =>
        ForbiddenMembers.Contains($"{type.GetElementType().FullName}::{member}")
            ? [$"{type.FullName}.{member}"]
            : OfReference(type);

    private static IEnumerable<string> OfReference(TypeReference type)
    {
        var name = type.GetElementType().FullName;
        var own = ForbiddenTypes.Contains(name) || ForbiddenPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
        var arguments = type is GenericInstanceType generic ? generic.GenericArguments.SelectMany(OfReference) : [];
        return own ? arguments.Prepend(name) : arguments;
    }
}
