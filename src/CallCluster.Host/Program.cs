using CallCluster.Host.Commands;

return await CommandLine.Run(args);
