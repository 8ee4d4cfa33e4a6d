using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using ArchUnitNET.Loader;
using Orleans;
using Orleans.Concurrency;

namespace CallCluster.EndToEnd.Tests.Architecture;

/// <summary>PROTOCOL rule 1: nothing awaits an answer inside a grain's turn, so grains may call one another by one-way methods only.</summary>
public sealed class GrainCallsTests
{
    private static readonly ArchUnitNET.Domain.Architecture Product = new ArchLoader().LoadAssemblies([.. SolutionAssemblies.All.Values]).Build();

    private static IEnumerable<(string Caller, MethodMember Called)> GrainCalls =>
        from type in Product.Types
        where type.FullName.StartsWith("CallCluster.Grains.", StringComparison.Ordinal)
        from call in type.Dependencies.OfType<MethodCallDependency>()
        let method = (MethodMember)call.TargetMember
        where method.DeclaringType.FullName.StartsWith("CallCluster.Contracts.", StringComparison.Ordinal)
            && IsGrainOrObserver(method)
            && !type.FullName.Contains("OrleansCodeGen", StringComparison.Ordinal)
        select (type.FullName, method);

    [Fact]
    public void Grains_call_each_other_one_way_only() =>
        Assert.Empty(GrainCalls.Where(call => !IsOneWay(call.Called)).Select(call => $"{call.Caller} calls {call.Called.FullName}, which is not [OneWay]").Distinct());

    [Fact]
    public void The_check_sees_the_calls_that_grains_make() =>
        Assert.Contains(GrainCalls, call => IsOneWay(call.Called));

    private static bool IsGrainOrObserver(MethodMember method) =>
        Resolve(method) is { } declared && (typeof(IAddressable).IsAssignableFrom(declared) || typeof(IGrainObserver).IsAssignableFrom(declared));

    private static System.Type? Resolve(MethodMember method) => SolutionAssemblies.All["Contracts"].GetType(method.DeclaringType.FullName);

    private static bool IsOneWay(MethodMember method) =>
        Resolve(method)!.GetMethods().Where(candidate => method.Name.StartsWith(candidate.Name + "(", StringComparison.Ordinal))
            .All(candidate => candidate.IsDefined(typeof(OneWayAttribute), inherit: true));
}
