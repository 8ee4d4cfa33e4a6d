using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Api.Problems;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CallCluster.Host.Api;

/// <summary>/api/v1/calls/{id}/transfer, hold, resume: what an agent does in a conversation, or a supervisor for them.</summary>
internal static class ConversationEndpoints
{
    public static void MapConversation(this RouteGroupBuilder api)
    {
        var call = api.MapGroup("/calls/{id}").WithTags("calls").Needs(ApiRole.Supervisor, AgentAccess.OwnCall);
        call.MapPost("/transfer", Transfer)
            .WithSummary("Sends the caller elsewhere without asking there first. The call's \"transfer\" tells how it goes; until an agent or a number takes the caller, the agent has them.")
            .Produces<CallView>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        call.MapPost("/hold", static (string id, ApiCaller caller, IGrainFactory grains) => Change(id, new HoldCaller(), caller, grains, static view => Results.Ok(view)))
            .WithSummary("Puts the caller on hold: music for the caller, silence for the agent. One who is on hold stays so.").ProducesChange();
        call.MapPost("/resume", static (string id, ApiCaller caller, IGrainFactory grains) => Change(id, new ResumeCaller(), caller, grains, static view => Results.Ok(view)))
            .WithSummary("Takes the caller back from hold.").ProducesChange();
    }

    private static void ProducesChange(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<CallView>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> Transfer(string id, TransferRequest request, ApiCaller caller, IRoutingConfiguration routing, IGrainFactory grains) =>
        AskedDestination.Problem("to", request.To, routing.Current) is { } problem
            ? Problem.Invalid("to", problem)
            : await Change(id, new TransferCaller(request.To!), caller, grains, static view => Results.Accepted($"/api/v1/calls/{view.Id}", view));

    private static async Task<IResult> Change(string id, ConversationChange change, ApiCaller caller, IGrainFactory grains, Func<CallView, IResult> done)
    {
        if (!Listing.IsId(id)) return Listing.NotFound("call", id);
        var result = await grains.GetGrain<ICallGrain>(id).ChangeConversation(caller.Agent, change);
        return result.Status switch
        {
            ConversationChangeStatus.Accepted => done(result.Call!),
            ConversationChangeStatus.UnknownCall => Listing.NotFound("call", id),
            ConversationChangeStatus.TransferUnderWay => Problem.Conflict($"A transfer of call {id} is under way{(result.Call!.Transfer is { } transfer ? $" to {transfer.To}" : "")}."),
            ConversationChangeStatus.NobodyThere => Problem.Conflict($"{result.Call!.Agent} has the caller of call {id}, or the call's silo does not know the destination: its configuration is another."),
            _ => Problem.Conflict($"The caller of call {id} is with no agent: its state is {result.Call!.State}."),
        };
    }
}
