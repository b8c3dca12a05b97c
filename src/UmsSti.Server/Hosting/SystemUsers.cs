using System.Security.Cryptography;
using UmsSti.Application;

namespace UmsSti.Server.Hosting;

/// <summary>System users made by the operator, not through the API.</summary>
internal static class SystemUsers
{
    /// <summary>Registers an active system user; his id. Throws <see cref="StartRefusedException"/> when the domain refuses.</summary>
    public static async Task<string> Create(Installation house, string actor, string email, string name, string password, TimeProvider time, CancellationToken ct)
    {
        var correlationId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var envelope = new Envelope(actor, null, [], correlationId, null, null, null, time.GetUtcNow(), Envelope.AnyVersion);
        var phc = await house.Passwords.Hash(password, ct);
        var command = Command.NewRegisterUser(new RegisterUser(null, "system", email, name, null, true, phc));
        return await house.Application.Door.Execute(envelope, command, ct) switch
        {
            Answer.Accepted accepted => accepted.Item.User.Id,
            Answer.Refused { Item: var refusal } => throw new StartRefusedException(
                $"The system user was refused as {refusal.Code}: {string.Join(" ", refusal.Errors.Select(error => $"{error.Key} {string.Join(", ", error.Value)}.").Prepend(refusal.Detail))}"),
            _ => throw new InvalidOperationException("The door gave an answer of no known kind."),
        };
    }
}
