namespace UmsSti.Server.Http;

/// <summary>What a field of an answer holds.</summary>
public enum AnswerKind
{
    Text,
    Number,
    Decimal,
    Boolean,
    Time,
    TextMap,
    TextList,

    /// <summary>An object of the field's <see cref="AnswerField.Shape"/>.</summary>
    Object,

    /// <summary>A list of objects of the field's <see cref="AnswerField.Shape"/>.</summary>
    ObjectList,

    /// <summary>An object whose fields are not fixed here (the body of an event).</summary>
    FreeObject,
}

/// <summary>One field of an answer, for the API description.</summary>
public sealed record AnswerField(string Name, AnswerKind Kind, string Description)
{
    /// <summary>The field may be null.</summary>
    public bool Nullable { get; init; }

    /// <summary>The field may be left out.</summary>
    public bool Optional { get; init; }

    public AnswerShape? Shape { get; init; }

    /// <summary>Name of a shape around this field, where a list holds objects of that shape again (a tree).</summary>
    public string? Recurs { get; init; }

    public IReadOnlyList<string> OneOf { get; init; } = [];
}

/// <summary>The body of an answer, for the API description; a test holds real answers against it.</summary>
public sealed record AnswerShape(string Name, params AnswerField[] Fields)
{
    /// <summary>The list every collection answers with.</summary>
    public static AnswerShape ListOf(AnswerShape item) => new(
        item.Name + "List",
        new AnswerField("items", AnswerKind.ObjectList, "This page, in the asked order.") { Shape = item },
        new AnswerField("nextCursor", AnswerKind.Text, "Send it as cursor for the next page; null on the last one.") { Nullable = true },
        new AnswerField("total", AnswerKind.Number, "Items on all pages; null where counting would mean reading the whole log.") { Nullable = true });

    /// <summary>The answer to a dry run whose command would answer with <paramref name="result"/>.</summary>
    public static AnswerShape PlanOf(AnswerShape result) => new(
        result.Name + "Plan",
        new AnswerField("accepted", AnswerKind.Boolean, "Always true; a command that would be refused answers with its problem."),
        new AnswerField("events", AnswerKind.ObjectList, "The events it would store.") { Shape = PlannedEvent },
        new AnswerField("result", AnswerKind.Object, "What the command would answer with.") { Shape = result });

    private static readonly AnswerShape PlannedEvent = new(
        "PlannedEvent",
        new AnswerField("stream", AnswerKind.Text, "The stream it would go to."),
        new AnswerField("type", AnswerKind.Text, "The event's name."),
        new AnswerField("data", AnswerKind.FreeObject, "The event's body."));
}
