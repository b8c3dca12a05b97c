using UmsSti.Application;

namespace UmsSti.Projections.Schedules;

/// <summary>What the door's answer means to a schedule.</summary>
internal static class Answers
{
    /// <summary>A candidate the domain no longer sees as one was overtaken; that is no failure.</summary>
    public static ItemOutcome OutcomeOf(Answer answer, string overtaken) => answer switch
    {
        Answer.Accepted => ItemOutcome.Done,
        Answer.Refused { Item.Code: "invalid-transition" or "not-found" } => ItemOutcome.Skipped,
        Answer.Refused refused when refused.Item.Code == overtaken => ItemOutcome.Skipped,
        _ => ItemOutcome.Failed,
    };
}
