using UmsSti.Application;
using UmsSti.ReadModels.Permissions;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Who would lose what when a role comes to hold less (XR-09). Who holds it says the read model; what each would lose, the log.</summary>
internal sealed class RoleLosses(RoleDirectory roles, Checks checks, Freshness fresh)
{
    /// <summary>Most holders that are looked at.</summary>
    public const int MaxHolders = 200;

    /// <summary>Waits until the read model knows every holder of now.</summary>
    public ValueTask<long> Reach(ApiCall call) => fresh.Reach(call);

    /// <summary>One for each holder who loses something, were the role what it is here.</summary>
    public async Task<IReadOnlyList<LossView>> Of(RoleView role, DateTimeOffset now, CancellationToken ct)
    {
        string[] keeps = role.IsRetired ? [] : role.Permissions;
        var losses = new List<LossView>();
        foreach (var holder in await roles.HoldersAsync(role.Id, MaxHolders, ct))
        {
            var loss = await checks.LossOfRole(holder, role, keeps, now, ct);
            if (loss.IsSome)
            {
                losses.Add(loss.Value);
            }
        }

        return losses;
    }
}
