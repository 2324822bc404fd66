import { CLIENT_EXIT_TABLE } from "./exit-codes.ts";
import { GLOBAL_OPTIONS } from "./global-options.ts";
import type { Program } from "./program.ts";
import { runProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";
import { appendCommand } from "./verbs/append.ts";
import { assertCommand } from "./verbs/assert.ts";
import { casCommand } from "./verbs/cas.ts";
import { countCommand } from "./verbs/count.ts";
import { delCommand } from "./verbs/del.ts";
import { electCommand } from "./verbs/elect.ts";
import { exportCommand } from "./verbs/export.ts";
import { getCommand } from "./verbs/get.ts";
import { historyCommand } from "./verbs/history.ts";
import { importCommand } from "./verbs/import.ts";
import { incrCommand } from "./verbs/incr.ts";
import { latencyCommand } from "./verbs/latency.ts";
import { leaseCommand } from "./verbs/lease.ts";
import { lockCommand } from "./verbs/lock.ts";
import { lsCommand } from "./verbs/ls.ts";
import { mgetCommand } from "./verbs/mget.ts";
import { mputCommand } from "./verbs/mput.ts";
import { pingCommand } from "./verbs/ping.ts";
import { putCommand } from "./verbs/put.ts";
import { rangeCommand } from "./verbs/range.ts";
import { rmwCommand } from "./verbs/rmw.ts";
import { runShell, SHELL_OPTIONS } from "./verbs/shell.ts";
import { touchCommand } from "./verbs/touch.ts";
import { ttlCommand } from "./verbs/ttl.ts";
import { txnCommand } from "./verbs/txn.ts";
import { waitCommand } from "./verbs/wait.ts";
import { watchCommand } from "./verbs/watch.ts";

/** The program for data. */
export const KVCLI: Program = {
  name: "kvcli",
  describe: "read and change the data of a kvd cluster",
  commands: [
    getCommand,
    putCommand,
    delCommand,
    mgetCommand,
    mputCommand,
    lsCommand,
    rangeCommand,
    countCommand,
    incrCommand,
    appendCommand,
    casCommand,
    rmwCommand,
    txnCommand,
    watchCommand,
    historyCommand,
    ttlCommand,
    touchCommand,
    leaseCommand,
    lockCommand,
    electCommand,
    waitCommand,
    assertCommand,
    exportCommand,
    importCommand,
    pingCommand,
    latencyCommand,
  ],
  options: GLOBAL_OPTIONS,
  examples: [
    ["$0 put greeting hello", "store a value"],
    ["$0 get greeting", "and read it back"],
  ],
  exitTable: CLIENT_EXIT_TABLE,
  bare: (run) => runShell(KVCLI, run),
  bareOptions: SHELL_OPTIONS,
};

/** What bin/kvcli runs. */
export async function main(): Promise<void> {
  process.exitCode = await runProgram(KVCLI, process.argv.slice(2), processTerminal(KVCLI.name));
}
