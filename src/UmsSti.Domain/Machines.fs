namespace UmsSti.Domain

/// One allowed step of a machine, as documentation shows it and tests hold the decisions against it. Nothing decides by it.
/// `From = None`: there is nothing yet. `From = To`: the step keeps the state.
type MachineRow<'state, 'step> = { Rule: string; From: 'state option; Step: 'step; Event: string; To: 'state; Guard: string }

/// A machine as data: its steps, and those that ask for what already holds and are accepted without an event. Every other pair
/// of state and step is refused.
type Machine<'state, 'step> = { Rows: MachineRow<'state, 'step> list; Repeats: ('state * 'step) list }

[<RequireQualifiedAccess>]
module internal Machine =
    let birth rule step event target guard =
        [ { Rule = rule; From = None; Step = step; Event = event; To = target; Guard = guard } ]

    let steps rule froms step event target guard =
        froms
        |> List.map (fun from -> { Rule = rule; From = Some from; Step = step; Event = event; To = target; Guard = guard })

    let keeps rule froms step event guard = froms |> List.collect (fun from -> steps rule [ from ] step event from guard)

    /// The table as Markdown.
    let markdown title (stateName: 'state -> string) (machine: Machine<'state, 'step>) =
        let row (row: MachineRow<'state, 'step>) =
            let from = row.From |> Option.map stateName |> Option.defaultValue "-"
            $"| {row.Rule} | {from} | {row.Step} | {row.Event} | {stateName row.To} | {row.Guard} |\n"

        let repeats =
            machine.Repeats |> List.map (fun (state, step) -> $"`{step}` on {stateName state}") |> String.concat ", "

        $"## {title}\n\n| Rule | From | Step | Event | To | Guard |\n|---|---|---|---|---|---|\n"
        + (machine.Rows |> List.map row |> String.concat "")
        + $"\nAccepted without an event, as it already holds: {repeats}.\n"
