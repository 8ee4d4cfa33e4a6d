using CallCluster.Host.Api.Access;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace CallCluster.Host.Api;

/// <summary>What /openapi/v1.json says beyond what ASP.NET finds out: the bearer key, the role that each operation needs, and how all may fail.</summary>
internal static class ApiDescription
{
    private const string Bearer = "bearer";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, Description = "A key of Api:Keys." };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(Describe);
    });

    /// <summary>What all lists have in common.</summary>
    private static void DescribeList(OpenApiOperation operation)
    {
        if (operation.Parameters?.Any(parameter => parameter.Name == "cursor") != true) return;
        foreach (var parameter in operation.Parameters)
        {
            if (parameter.Name == "limit") parameter.Description = $"How many at most: 1 to {Listing.MostLimit}, {Listing.DefaultLimit} without.";
            if (parameter.Name == "cursor") parameter.Description = "Where a page before ended: as the Link header's next has it.";
        }
        if (operation.Responses?.TryGetValue("200", out var response) != true || response is not OpenApiResponse page) return;
        page.Headers ??= new Dictionary<string, IOpenApiHeader>();
        page.Headers["Link"] = new OpenApiHeader
        {
            Description = "rel=\"next\": the same request behind this page; absent on the last. Where a filter takes few a page may be short, or empty, and go on.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };
    }

    private static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        DescribeList(operation);
        var access = context.Description.ActionDescriptor.EndpointMetadata.OfType<EndpointAccess>().LastOrDefault();
        if (access?.Needs is not { } role) return Task.CompletedTask;
        operation.Description = $"Needs a key of role {role}{access.Agents switch
        {
            AgentAccess.Self => "; an agent's own for the own id",
            AgentAccess.OwnQueue => "; an agent's own for a queue that the agent serves",
            AgentAccess.OwnCall => "; an agent's own for a call that the agent is in",
            AgentAccess.Filtered => "; an agent's own shows what is the agent's",
            _ => "",
        }}.";
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
        operation.Responses ??= [];
        operation.Responses.TryAdd("401", new OpenApiResponse { Description = "No key that is known (application/problem+json)." });
        operation.Responses.TryAdd("403", new OpenApiResponse { Description = "The key's role is not enough (application/problem+json)." });
        operation.Responses.TryAdd("503", new OpenApiResponse { Description = "The cluster does not answer at present (application/problem+json)." });
        return Task.CompletedTask;
    }
}
