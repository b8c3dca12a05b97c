// The door to the build: `dotnet fsi build.fsx` names the goals, `dotnet fsi build.fsx test` reaches one.
// System.Reactive is named because FAKE asks for a version range whose lower end is missing in some feeds.
#r "nuget: Fake.Core.Target, 5.20.3"
#r "nuget: System.Reactive, 5.0.0"
#load "build/Repository.fs"
#load "build/Shell.fs"
#load "build/Feed.fs"
#load "build/Tally.fs"
#load "build/Tools.fs"
#load "build/Steps.fs"
#load "build/Goals.fs"

fsi.CommandLineArgs |> List.ofArray |> List.tail |> UmsSti.Build.Goals.main |> exit
