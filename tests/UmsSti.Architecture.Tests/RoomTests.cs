using System.Xml.Linq;
using Mono.Cecil;
using UmsSti.Architecture.Tests.Rules;
using Xunit;

namespace UmsSti.Architecture.Tests;

/// <summary>The rooms as built keep to the plan. Every rule is also shown a specimen that breaks it, and must object.</summary>
public sealed class RoomTests
{
    public static TheoryData<string> RoomNames => [.. House.Rooms.Select(room => room.Name)];

    [Fact]
    public void Every_project_in_src_is_a_room_of_the_plan() =>
        Assert.Equal(
            House.Rooms.Select(room => room.Name).Order(),
            Directory.GetDirectories(Path.Combine(House.Root, "src")).Select(Path.GetFileName).Order());

    [Theory, MemberData(nameof(RoomNames))]
    public void An_assembly_references_only_allowed_rooms(string name)
    {
        using var module = House.OpenAssembly(House.Room(name));
        Judge.NoViolation(ArrowRule.InAssembly(House.Room(name), module));
    }

    [Theory, MemberData(nameof(RoomNames))]
    public void A_project_file_references_only_allowed_rooms(string name) =>
        Judge.NoViolation(ArrowRule.InProject(House.Room(name), XDocument.Load(House.ProjectFile(House.Room(name)))));

    [Fact]
    public void Specimen_a_store_that_references_the_server_is_flagged()
    {
        using var specimen = ModuleDefinition.CreateModule("UmsSti.Store", ModuleKind.Dll);
        specimen.AssemblyReferences.Add(new AssemblyNameReference("UmsSti.Kernel", new Version(1, 0)));
        specimen.AssemblyReferences.Add(new AssemblyNameReference("ums", new Version(1, 0)));
        Assert.Equal(
            ["the assembly of UmsSti.Store references UmsSti.Server"],
            ArrowRule.InAssembly(House.Room("UmsSti.Store"), specimen));
    }

    [Fact]
    public void Specimen_a_domain_project_that_references_the_kernel_is_flagged()
    {
        var specimen = XDocument.Parse("""
            <Project><ItemGroup><ProjectReference Include="..\UmsSti.Kernel\UmsSti.Kernel.fsproj" /></ItemGroup></Project>
            """);
        Assert.Equal(
            ["the project file of UmsSti.Domain references UmsSti.Kernel"],
            ArrowRule.InProject(House.Room("UmsSti.Domain"), specimen));
    }

    [Fact]
    public void Domain_has_no_package_but_FSharp_Core()
    {
        using var module = House.OpenAssembly(House.Room("UmsSti.Domain"));
        Judge.NoViolation(PackageRule.InAssembly(module));
        var references = Path.Combine(House.Root, "src", "UmsSti.Domain", "paket.references");
        Judge.NoViolation(PackageRule.InReferences(File.ReadAllText(references)));
    }

    [Fact]
    public void Specimen_a_domain_with_a_package_is_flagged()
    {
        using var specimen = ModuleDefinition.CreateModule("UmsSti.Domain", ModuleKind.Dll);
        specimen.AssemblyReferences.Add(new AssemblyNameReference("System.Runtime", new Version(10, 0)));
        specimen.AssemblyReferences.Add(new AssemblyNameReference("System.Reactive", new Version(5, 0)));
        Assert.Equal(["references the assembly System.Reactive"], PackageRule.InAssembly(specimen));
        Assert.Equal(["asks for the package Dapper"], PackageRule.InReferences("FSharp.Core\n// why\nDapper\n"));
    }

    [Fact]
    public void ReadModels_knows_rows_and_no_events()
    {
        using var module = House.OpenAssembly(House.Room("UmsSti.ReadModels"));
        Judge.NoViolation(RowsOnlyRule.Violations(module, module.GetTypes()));
    }

    [Fact]
    public void Specimen_a_read_model_with_an_event_is_flagged()
    {
        using var specimen = ModuleDefinition.CreateModule("UmsSti.ReadModels", ModuleKind.Dll);
        specimen.AssemblyReferences.Add(new AssemblyNameReference("UmsSti.Application", new Version(1, 0)));
        specimen.Types.Add(new TypeDefinition("UmsSti.ReadModels", "UserRenamedEvent", TypeAttributes.Public));
        Assert.Equal(2, RowsOnlyRule.Violations(specimen, specimen.GetTypes()).Count);
    }
}
