/// Random histories through the door, with system users among the callers who archive and purge: checks, explanations and effective
/// rights at every position of the log, and the in-memory index after every command, agree with the separately kept account; so does an
/// index that is filled from the log anew, and one that is loaded from the rows.
module UmsSti.Application.Tests.EveryPositionTests

open System
open System.IO
open System.Threading
open System.Threading.Tasks
open Expecto
open Microsoft.Extensions.Logging.Abstractions
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Projections
open UmsSti.Projections.Rights
open UmsSti.Projections.Teams
open UmsSti.ReadModels
open UmsSti.ReadModels.Permissions
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.HostileCallers

/// How long the projections may take to follow a command.
let private patience = TimeSpan.FromSeconds 30.0

/// An index that follows the log of a house through the read model in one file.
type private Follower(house: House, folder: string, file: string, batch: int) =
    let index = PermissionChecks.NewIndex()
    let database = ReadModelDatabase.Open(ReadModelOptions(Path = Path.Combine(folder, file)), TimeProvider.System)
    let app = house.App

    let decoders =
        TeamDecoders(
            EventDecoder.Of app.UserCodec,
            EventDecoder.Of app.TeamCodec,
            EventDecoder.Of app.MembershipCodec,
            EventDecoder.Of app.RoleCodec
        )

    let answering =
        Func<ReadModelLayout, CancellationToken, Task>(fun model ct ->
            if obj.ReferenceEquals(model, ReadModelLayout.Rights) then
                index.LoadAsync(database, TeamProjectors.Rights, ct)
            else
                Task.CompletedTask)

    let host =
        new ProjectionHost(
            database,
            house.EventLog,
            house.ActivityLog,
            TeamProjectors.All(decoders, index),
            ProjectionOptions(BatchEvents = batch),
            TimeProvider.System,
            NullLoggerFactory.Instance,
            answering
        )

    do runUnit (host.StartAsync anyToken)

    member _.CatchUp() = Expect.isTrue (run (host.Monitor.AwaitCompletion(patience, anyToken))) "caught up"
    member _.Checks = PermissionChecks index

    /// An index of its own, from the rows as they are.
    member _.Loaded() =
        let other = PermissionChecks.NewIndex()
        runUnit (other.LoadAsync(database, TeamProjectors.Rights, anyToken))
        PermissionChecks other

    interface IDisposable with
        member _.Dispose() =
            runUnit (host.DisposeAsync().AsTask())
            database.Dispose()

let private all = Permission.All |> Array.map (fun permission -> permission.Name, permission)

/// Where an index says otherwise than the account.
let private differences (stage: Stage) (checks: PermissionChecks) =
    let ledger = stage.Ledger

    [ for user in stage.People do
          for team in None :: (stage.Teams |> Seq.map Some |> List.ofSeq) do
              let scope = team |> Option.map (TeamId.Parse >> Scope.Team) |> Option.defaultValue Scope.Global

              for name, permission in all do
                  if team.IsNone || permission.Scope = PermissionScope.Team then
                      let found = (checks.Decide(UserId.Parse user, scope, permission, ledger.Now)).IsAllowed

                      if found <> Ledger.holds ledger user team name then
                          $"{name} of {user} in {team}: the index says {found}" ]

let private expectSame what differences =
    if not (List.isEmpty differences) then
        failtest (String.concat "\n" (what :: List.truncate 5 differences))

/// A system user takes part: he archives, purges, and does what others do.
let private next (stage: Stage) (step: Step) =
    if step.Caller < 3 then
        let target = stage.People[abs step.Target % stage.People.Count]

        let command =
            match step.Kind, (stage.House.View target).State with
            | (26 | 27), "archived" -> Command.PurgeUser(target, "retention_expired")
            | (26 | 27), _ when step.Detail < 10 -> Command.ArchiveUser(target, null)
            | _ -> commandOf stage step root

        root, command
    else
        let actor = actorOf stage step
        actor, commandOf stage step actor

let private isTooMuch (stage: Stage) (command: Command) =
    match command with
    | Command.RegisterUser { Type = "system" } -> true
    | Command.RegisterUser _ -> stage.People.Count >= 18
    | Command.OfTeams(TeamCommand.CreateTeam _) -> stage.Teams.Count >= 6
    | _ -> false

/// People who are asked about at one position; the next positions ask about the next of them.
let private peopleAPosition = 2L

/// What was held at a position, asked of the past.
let private expectPast (stage: Stage) position (then': Ledger.Ledger) =
    let moment, checks = Moment.AtPosition position, stage.House.App.Checks
    let known = stage.People |> Seq.filter then'.People.ContainsKey |> Array.ofSeq

    let asked =
        [| for turn in 0L .. peopleAPosition - 1L do
               if known.Length > 0 then
                   known[int ((position + turn) % int64 known.Length)] |]

    for user in Array.distinct asked do
        for team in None :: (stage.Teams |> Seq.filter then'.Teams.ContainsKey |> Seq.map Some |> List.ofSeq) do
            let place = Option.toObj team
            let expected = all |> Seq.map fst |> Seq.filter (Ledger.holds then' user team) |> Set.ofSeq

            match run (checks.Effective(user, place, moment, stage.Ledger.Now, anyToken)) with
            | Error refusal -> failtest refusal.Code
            | Ok view ->
                Expect.equal (view.Permissions |> Seq.map _.Permission |> Set.ofSeq) expected $"{user} in {place} at {position}"

            // One permission of each pair, another at each position, with its reasons.
            let name, _ = all[int (uint (position + int64 (user + string place).Length * 7L) % uint all.Length)]
            let check = run (checks.Check(user, name, place, moment, stage.Ledger.Now, anyToken))
            let explained = run (checks.Explain(user, name, place, moment, stage.Ledger.Now, anyToken))

            match check, explained with
            | Ok check, Ok explained ->
                Expect.equal check.Allowed (expected.Contains name) $"{name} of {user} in {place} at {position}"
                Expect.equal explained.Check.Allowed check.Allowed "explained as it is"
                Expect.isTrue (explained.Looks.Length > 0) "with what was looked at"

                for look in explained.Looks do
                    match look.Event with
                    | ValueSome event -> Expect.isLessThanOrEqual event.Position position "by what had happened"
                    | ValueNone -> ()
            | Error check, Error explained when team.IsSome <> (name.StartsWith "team.") ->
                Expect.equal (check.Code, explained.Code) ("permission-scope-mismatch", check.Code) "asked where it is not held"
            | _ -> failtest "no answer"

let private walk (Attack steps) =
    let folder = Directory.CreateTempSubdirectory "ums-positions-"
    let stage = Stage()
    let live = new Follower(stage.House, folder.FullName, "live.db", 3)

    try
        for step in steps do
            stage.House.Time.Advance(TimeSpan.FromMinutes(float step.Minutes))
            let actor, command = next stage step

            if not (isTooMuch stage command) then
                let head = stage.House.Head
                stage.Send(actor, command)

                if stage.House.Head > head then
                    live.CatchUp()
                    differences stage live.Checks |> expectSame $"after {command}"

        for struct (position, then') in stage.Moments do
            expectPast stage position then'

        use anew = new Follower(stage.House, folder.FullName, "anew.db", 512)
        anew.CatchUp()
        differences stage anew.Checks |> expectSame "an index filled anew"
        differences stage (live.Loaded()) |> expectSame "an index loaded from the rows"
    finally
        (live :> IDisposable).Dispose()
        folder.Delete true

/// Long enough that most kinds of steps are taken; a position asks about some people, so several walks.
let private config = { FsCheckConfig.defaultConfig with maxTest = 2; arbitrary = [ typeof<Arbitraries> ] }

[<Tests>]
let tests =
    testList
        "Every position"
        [ testPropertyWithConfig config "checks, explanations and the index agree with the account at every position" walk ]
