using UmsSti.Application;
using UmsSti.ReadModels.Users;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>
/// Runs commands and answers with what they are about, whatever that is: 200, 201 with its place, or 204; version and position in the
/// headers; the plan for a dry run.
/// </summary>
internal sealed class EntityAnswers(CommandRunner commands, UserDirectory directory, Checks checks, Heads heads)
{
    /// <summary>Runs a command and answers with its entity, or with the plan in a dry run.</summary>
    public async Task Run(ApiCall call, Application.Command command)
    {
        var envelope = await commands.EnvelopeOf(call);
        if (call.IsDryRun)
        {
            await AnswerPlan(call, await commands.Plan(envelope, command, call.Ct));
            return;
        }

        await Answer(call, await commands.Execute(envelope, command, call.Ct));
    }

    /// <summary>Runs a command that ends something: 204, or the plan in a dry run.</summary>
    public async Task RunEnd(ApiCall call, Application.Command command)
    {
        var envelope = await commands.EnvelopeOf(call);
        if (call.IsDryRun)
        {
            await AnswerPlan(call, await commands.Plan(envelope, command, call.Ct));
            return;
        }

        AnswerNothing(call, await commands.Execute(envelope, command, call.Ct));
    }

    /// <summary>Runs a command that takes rights away: 204; a dry run shows who would lose what.</summary>
    public async Task RunWithdrawal(ApiCall call, Application.Command command)
    {
        var envelope = await commands.EnvelopeOf(call);
        if (!call.IsDryRun)
        {
            AnswerNothing(call, await commands.Execute(envelope, command, call.Ct));
            return;
        }

        var plan = await commands.Plan(envelope, command, call.Ct);
        var loss = await checks.Loss(plan.Entity, call.Now, call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await CommandRunner.AnswerPlan(call.Http, plan.Events, (plan.Entity, loss), static (json, it) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("entity");
            EntityJson.Write(json, it.Entity, null);
            json.WritePropertyName("loss");
            if (it.loss.IsSome)
            {
                RightsJson.Write(json, it.loss.Value);
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteEndObject();
        });
    }

    /// <summary>
    /// Runs a command about a role: the role, or 204 for its end; a dry run shows who would lose what, of at most
    /// <see cref="RoleLosses.MaxHolders"/> holders.
    /// </summary>
    public async Task RunRole(ApiCall call, Application.Command command, RoleLosses losses, bool ends)
    {
        if (!call.IsDryRun)
        {
            await (ends ? RunEnd(call, command) : Run(call, command));
            return;
        }

        var plan = await commands.Plan(await commands.EnvelopeOf(call), command, call.Ct);
        await losses.Reach(call);
        var lost = await losses.Of(((EntityView.Role)plan.Entity).Item, call.Now, call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await CommandRunner.AnswerPlan(call.Http, plan.Events, (plan.Entity, lost), static (json, it) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("entity");
            EntityJson.Write(json, it.Entity, null);
            json.WriteStartArray("losses");
            foreach (var loss in it.lost)
            {
                RightsJson.Write(json, loss);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Answers with the entity a command left behind.</summary>
    public async Task Answer(ApiCall call, Accepted accepted)
    {
        var lastLoginAt = accepted.Created ? null : await LastLoginOf(accepted.Entity, call.Ct);
        SetHeaders(call, accepted);
        var status = StatusCodes.Status200OK;
        if (accepted.Created)
        {
            status = StatusCodes.Status201Created;
            call.Http.Response.Headers.Location = ApiRoutes.Base + EntityJson.PathOf(accepted.Entity);
        }

        await JsonAnswer.Write(call.Http, status, (accepted.Entity, lastLoginAt), static (json, it) => EntityJson.Write(json, it.Entity, it.lastLoginAt));
    }

    private async Task AnswerPlan(ApiCall call, Plan plan)
    {
        var lastLoginAt = await LastLoginOf(plan.Entity, call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await CommandRunner.AnswerPlan(call.Http, plan.Events, plan.Entity, (json, entity) => EntityJson.Write(json, entity, lastLoginAt));
    }

    private static void AnswerNothing(ApiCall call, Accepted accepted)
    {
        SetHeaders(call, accepted);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static void SetHeaders(ApiCall call, Accepted accepted)
    {
        var response = call.Http.Response;
        RequestHeaders.SetPosition(response, accepted.Position);
        response.Headers.ETag = Preconditions.Tag(EntityJson.VersionOf(accepted.Entity));
        if (accepted.Replayed)
        {
            response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }
    }

    private async ValueTask<DateTimeOffset?> LastLoginOf(EntityView entity, CancellationToken ct) =>
        entity is EntityView.User user ? (await directory.FindAsync(user.Item.Id, ct))?.LastLoginAt : null;
}
