using System.Collections.Frozen;

namespace UmsSti.Server.Http;

/// <summary>What a field of a request body holds.</summary>
public enum FieldKind
{
    Text,
    Boolean,

    /// <summary>RFC 3339 with an offset.</summary>
    Time,

    /// <summary>An object whose values are texts; a null value clears the key.</summary>
    TextMap,
    TextList,

    /// <summary>A whole number of at least 0.</summary>
    Number,

    /// <summary>A list of objects of the field's <see cref="BodyField.Shape"/>.</summary>
    ObjectList,
}

/// <summary>One field of a request body: what the reader accepts and the API description says.</summary>
/// <param name="Name">As it stands in JSON.</param>
/// <param name="Kind">The JSON it takes.</param>
/// <param name="Description">For the API description.</param>
public sealed record BodyField(string Name, FieldKind Kind, string Description)
{
    public bool Required { get; init; }

    /// <summary>Null is taken as "not given"; otherwise null is refused.</summary>
    public bool NullIsAbsent { get; init; } = true;

    /// <summary>Line breaks and tabs are allowed; other control characters never are.</summary>
    public bool MultiLine { get; init; }

    /// <summary>Longest text in UTF-16 units that the API description promises to take; 0 when the rule is not a length. The domain judges it.</summary>
    public int MaxLength { get; init; }

    /// <summary>Numbers, true and false are taken as their text.</summary>
    public bool TakesScalars { get; init; }

    /// <summary>The objects of a list of objects.</summary>
    public BodyShape? Shape { get; init; }

    /// <summary>Most entries of a list or map.</summary>
    public int MaxItems { get; init; } = 100;

    /// <summary>The only texts accepted; empty when any is.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    /// <summary><see cref="OneOf"/> is only described: each item of a bulk request is refused by itself.</summary>
    public bool IsJudgedByItem { get; init; }

    /// <summary>The keys of a map that the API description names; empty when keys are free.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Never shown back (passwords, tokens).</summary>
    public bool Secret { get; init; }

    /// <summary>For the API description.</summary>
    public string? Example { get; init; }
}

/// <summary>The body an operation takes. The reader and the API description both work from it, so they cannot disagree.</summary>
public sealed class BodyShape
{
    private readonly FrozenDictionary<string, int> places;

    public BodyShape(string name, params BodyField[] fields)
    {
        Name = name;
        Fields = fields;
        places = fields.Index().ToFrozenDictionary(entry => entry.Item.Name, entry => entry.Index);
    }

    /// <summary>Name of the schema.</summary>
    public string Name { get; }

    public IReadOnlyList<BodyField> Fields { get; }

    /// <summary>Whether a request may come without a body.</summary>
    public bool MayBeEmpty => Fields.All(entry => !entry.Required);

    internal int PlaceOf(string name) => places.GetValueOrDefault(name, -1);
}

/// <summary>The values a body carried, checked against its shape.</summary>
public sealed class BodyValues(BodyShape shape, object?[] values)
{
    /// <summary>The text of a field, or null when it was not given.</summary>
    public string? Text(string field) => (string?)ValueOf(field);

    /// <summary>The text of a required field.</summary>
    public string RequiredText(string field) => (string)ValueOf(field)!;

    /// <summary>Whether the field was given, and not as null.</summary>
    public bool Has(string field) => ValueOf(field) is not null;

    public bool Flag(string field) => ValueOf(field) is true;

    public long? Number(string field) => (long?)ValueOf(field);

    public DateTimeOffset? Time(string field) => (DateTimeOffset?)ValueOf(field);

    public IReadOnlyDictionary<string, string?>? Map(string field) => (IReadOnlyDictionary<string, string?>?)ValueOf(field);

    public IReadOnlyList<string> List(string field) => (IReadOnlyList<string>?)ValueOf(field) ?? [];

    public IReadOnlyList<BodyValues> Objects(string field) => (IReadOnlyList<BodyValues>?)ValueOf(field) ?? [];

    private object? ValueOf(string field)
    {
        var place = shape.PlaceOf(field);
        return place >= 0 ? values[place] : throw new ArgumentException($"The body '{shape.Name}' has no field '{field}'.", nameof(field));
    }
}
