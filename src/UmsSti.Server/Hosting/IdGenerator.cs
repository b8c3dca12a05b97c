using System.Globalization;
using System.Security.Cryptography;
using UmsSti.Domain;
using UmsSti.Kernel;

namespace UmsSti.Server.Hosting;

/// <summary>New ids by the kinds of ID-30...35; time from the clock, the rest random. System users share the event ids' Snowflake, so no two are alike.</summary>
internal sealed class IdGenerator(IEventIds snowflakes, TimeProvider time) : IIdGenerator
{
    private const int RandomBytes = 10;

    public UserId NewUserId(UserType userType) => UserId.Parse(userType.IsSystem ? snowflakes.Next().ToString(CultureInfo.InvariantCulture) : NewUuid());

    public TeamId NewTeamId() => TeamId.Parse(Ulid.create(Now, RandomNumberGenerator.GetBytes(RandomBytes)));

    public SessionId NewSessionId() => SessionId.Parse(NewUuid());

    private string NewUuid() => Uuid7.create(Now, RandomNumberGenerator.GetBytes(RandomBytes));

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}
