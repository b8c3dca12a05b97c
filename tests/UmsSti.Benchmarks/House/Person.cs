using System.Globalization;
using Microsoft.FSharp.Core;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;
using Claimed = UmsSti.Domain.EmailAddress.Events.Claimed;
using EmailEvent = UmsSti.Domain.EmailAddress.Events.Event;
using Events = UmsSti.Domain.User.Events;

namespace UmsSti.Benchmarks.House;

/// <summary>Made-up people and the events of their lives, with texts of everyday length. The same number is always the same person.</summary>
internal static class Person
{
    /// <summary>Events of one seeded person: registered, address claimed, activated, then changes.</summary>
    public const int EventsEach = 10;

    /// <summary>Of those, in the person's own stream.</summary>
    public const int OwnEvents = EventsEach - 1;

    private const string Administrator = "0190c1e2-0000-7000-8000-00000000ad31";

    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Ids made once: rows with few busy people must not measure the making of their names.</summary>
    private static readonly string?[] Ids = new string?[4_096];

    /// <summary>A UUID v7 that counts.</summary>
    public static string Id(int number) => (uint)number < (uint)Ids.Length ? Ids[number] ??= NewId(number) : NewId(number);

    public static StreamName Stream(int number) => StreamName.Create(UserStream.Category, StreamId.Create(Id(number)));

    public static string Email(int number) => string.Create(CultureInfo.InvariantCulture, $"person.number{number}@example.org");

    public static DateTimeOffset At(int day) => Epoch.AddDays(day);

    /// <summary>Metadata of a change made by an administrator's browser call, without address and user agent.</summary>
    public static EncodeContext Context(int number, int step) => new(
        new Envelope(
            Administrator,
            null,
            [],
            string.Create(CultureInfo.InvariantCulture, $"{step:x8}0190c1e270008000{number:x8}"),
            null,
            null,
            null,
            At(step),
            Envelope.AnyVersion),
        string.Create(CultureInfo.InvariantCulture, $"0190c1e2-{step & 0xffff:x4}-7000-8000-{number:x12}"),
        "");

    /// <summary>A change of the profile with one personal, hence sealed, value.</summary>
    public static Events.Event Changed(int number, long step) => Events.Event.NewUserProfileUpdated(new Events.UserProfileUpdated(
        [new Events.FieldChange("bio", null!, Some($"Person number {number}, who has changed this text {step} times."))],
        Administrator,
        At((int)(step % 300))));

    /// <summary>The event of a seeded person's own stream at an index below <see cref="OwnEvents"/>.</summary>
    public static Events.Event Own(int number, int index) => index switch
    {
        0 => Events.Event.NewUserRegistrationInitiated(new Events.UserRegistrationInitiated(
            "standard",
            Personal.NewKnown(Email(number)),
            Personal.NewKnown($"Person Number {number}"),
            [new Events.ProfileValue("locale", Personal.NewKnown("en-GB")), new Events.ProfileValue("timezone", Personal.NewKnown("Europe/Berlin"))],
            null!,
            Administrator,
            At(0))),
        1 => Events.Event.NewUserActivated(new Events.UserActivated("admin", Administrator, At(1))),
        2 => Events.Event.NewUserPreferencesUpdated(new Events.UserPreferencesUpdated(
            [new Events.PreferenceValue("theme", Some("dark"))], Id(number), At(2))),
        _ => Changed(number, index),
    };

    public static EmailEvent ClaimedAddress(int number) => EmailEvent.NewClaimed(new Claimed(Id(number), At(0)));

    private static string NewId(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"0190c1e2-{number >> 16:x4}-7{number & 0xfff:x3}-8000-{number:x12}");

    private static FSharpOption<Personal> Some(string text) => FSharpOption<Personal>.Some(Personal.NewKnown(text));
}
