import { CLIENT_EXIT_TABLE } from "./exit-codes.ts";
import { GLOBAL_OPTIONS } from "./global-options.ts";
import type { Program } from "./program.ts";
import { runProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";
import { bundleCommand } from "./verbs/bundle.ts";
import { checkCommand } from "./verbs/check.ts";
import { clusterCommand } from "./verbs/cluster.ts";
import { compactCommand } from "./verbs/compact.ts";
import { configCommand } from "./verbs/config.ts";
import { devCommand } from "./verbs/dev.ts";
import { failoverCommand } from "./verbs/failover.ts";
import { doctorCommand, healthCommand, isHealthyCommand, isReadyCommand } from "./verbs/health.ts";
import { inspectCommand } from "./verbs/inspect.ts";
import { keyCommand } from "./verbs/key.ts";
import { isLeaderCommand, leaderCommand } from "./verbs/leader.ts";
import { logCommand } from "./verbs/log.ts";
import { memberCommand } from "./verbs/member.ts";
import { recoverCommand } from "./verbs/recover.ts";
import { refetchCommand } from "./verbs/refetch.ts";
import { snapshotCommand } from "./verbs/snapshot.ts";
import { statusCommand } from "./verbs/status.ts";
import { topCommand } from "./verbs/top.ts";

/** The program for operators. */
export const KVADM: Program = {
  name: "kvadm",
  describe: "look after a kvd cluster",
  commands: [
    statusCommand,
    topCommand,
    healthCommand,
    isHealthyCommand,
    isReadyCommand,
    doctorCommand,
    bundleCommand,
    leaderCommand,
    isLeaderCommand,
    failoverCommand,
    clusterCommand,
    memberCommand,
    keyCommand,
    snapshotCommand,
    compactCommand,
    checkCommand,
    refetchCommand,
    recoverCommand,
    logCommand,
    inspectCommand,
    configCommand,
    devCommand,
  ],
  options: GLOBAL_OPTIONS,
  examples: [
    ["$0 status", "how all members are"],
    ["$0 top", "how busy they are"],
    ["$0 dev up", "three real nodes on this host, to try things out"],
  ],
  exitTable: CLIENT_EXIT_TABLE,
};

/** What bin/kvadm runs. */
export async function main(): Promise<void> {
  process.exitCode = await runProgram(KVADM, process.argv.slice(2), processTerminal(KVADM.name));
}
