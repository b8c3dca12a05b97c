namespace UmsSti.Projections.Security;

/// <summary>When failed sign-ins of one account are more than a slip. A pure rule; times are those of the events.</summary>
internal static class SignInFailures
{
    /// <summary>Failures further apart have nothing to do with each other.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Failures within the window, this one included, from which a kind holds; of one account.</summary>
    private static readonly (int Failures, SecurityKind Kind)[] OfAccount =
        [(50, SecurityKind.SignInsFlooded), (10, SecurityKind.SignInsUnderAttack), (5, SecurityKind.SignInsFailedRepeatedly)];

    /// <summary>The same of all addresses nobody holds together: on a busy day some are mistyped.</summary>
    private static readonly (int Failures, SecurityKind Kind)[] OfStrangers =
        [(500, SecurityKind.SignInsFlooded), (100, SecurityKind.SignInsUnderAttack), (50, SecurityKind.SignInsFailedRepeatedly)];

    /// <summary>Earlier failures that need to be counted at most.</summary>
    public static int MostCounted(bool isUser) => Table(isUser)[0].Failures;

    /// <summary>The kind of a failure with so many before it within the window.</summary>
    public static SecurityKind KindOf(bool isUser, int before)
    {
        foreach (var (failures, kind) in Table(isUser))
            if (before + 1 >= failures)
                return kind;
        return SecurityKind.SignInFailed;
    }

    private static (int Failures, SecurityKind Kind)[] Table(bool isUser) => isUser ? OfAccount : OfStrangers;
}
