using Mono.Cecil;

namespace UmsSti.Architecture.Tests.Rules;

/// <summary>Domain stands on the language alone: its only package is FSharp.Core, the rest is the base class library.</summary>
public static class PackageRule
{
    private const string Language = "FSharp.Core";

    /// <summary>Packages asked for in a paket.references text other than FSharp.Core.</summary>
    public static IReadOnlyList<string> InReferences(string paketReferences) =>
        [.. paketReferences.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("//", StringComparison.Ordinal) && line != Language)
            .Select(line => $"asks for the package {line}")];

    /// <summary>Assemblies referenced that are neither FSharp.Core nor part of the base class library.</summary>
    public static IReadOnlyList<string> InAssembly(ModuleDefinition module) =>
        [.. module.AssemblyReferences
            .Select(reference => reference.Name)
            .Where(name => name != Language && name != "netstandard" && !IsBaseLibrary(name))
            .Select(name => $"references the assembly {name}")];

    private static bool IsBaseLibrary(string name) =>
        name == "System" || (name.StartsWith("System.", StringComparison.Ordinal) && IsInSharedFramework(name));

    // A package may be called System.Something too; what counts is that the runtime itself ships the assembly.
    private static bool IsInSharedFramework(string name) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"));
}
