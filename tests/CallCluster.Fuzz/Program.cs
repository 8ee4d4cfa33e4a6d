using CallCluster.Fuzz;

if (!FuzzOptions.TryParse(args, out var options, out var error))
{
    Console.Error.WriteLine($"{error}\n\n{FuzzOptions.Usage}");
    return 2;
}

return new FuzzSession(options, Console.Out).Run() ? 0 : 1;
