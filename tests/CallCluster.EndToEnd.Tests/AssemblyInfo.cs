using Xunit.Sdk;
using Xunit.v3;

// Each class is a collection, its tests one after the other. A test starts programs that want a core for a while and then waits for real time to pass: with two cores, two classes run at a time.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerClass)]
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]
