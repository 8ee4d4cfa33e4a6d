#!/bin/bash
# PROTOCOL rule 22 in its long form: kills a callcluster that takes messages so often, by SIGKILL at random moments, and looks for what is lost.
# kills.sh [KILLS] [SEED]; builds first.
set -e
cd "$(dirname "$0")"
dotnet build CallCluster.EndToEnd.Tests -c Release -v quiet --nologo
CALLCLUSTER_KILLS=${1:-1000} CALLCLUSTER_SEED=${2:-22} dotnet CallCluster.EndToEnd.Tests/bin/Release/net10.0/CallCluster.EndToEnd.Tests.dll -class "*MessageKillTests" -showLiveOutput
