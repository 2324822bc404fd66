import { CLIENT_EXIT_TABLE } from "./exit-codes.ts";
import { GLOBAL_OPTIONS } from "./global-options.ts";
import type { Program } from "./program.ts";
import { runProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";
import { appendCommand } from "./verbs/append.ts";
import { casCommand } from "./verbs/cas.ts";
import { delCommand } from "./verbs/del.ts";
import { getCommand } from "./verbs/get.ts";
import { incrCommand } from "./verbs/incr.ts";
import { leaseCommand } from "./verbs/lease.ts";
import { lsCommand } from "./verbs/ls.ts";
import { mputCommand } from "./verbs/mput.ts";
import { pingCommand } from "./verbs/ping.ts";
import { putCommand } from "./verbs/put.ts";
import { rmwCommand } from "./verbs/rmw.ts";
import { touchCommand } from "./verbs/touch.ts";
import { ttlCommand } from "./verbs/ttl.ts";
import { txnCommand } from "./verbs/txn.ts";

/** The program for data. */
export const KVCLI: Program = {
  name: "kvcli",
  describe: "read and change the data of a kvd cluster",
  commands: [
    getCommand,
    putCommand,
    delCommand,
    lsCommand,
    mputCommand,
    incrCommand,
    appendCommand,
    casCommand,
    rmwCommand,
    txnCommand,
    ttlCommand,
    touchCommand,
    leaseCommand,
    pingCommand,
  ],
  options: GLOBAL_OPTIONS,
  examples: [
    ["$0 put greeting hello", "store a value"],
    ["$0 get greeting", "and read it back"],
  ],
  exitTable: CLIENT_EXIT_TABLE,
};

/** What bin/kvcli runs. */
export async function main(): Promise<void> {
  process.exitCode = await runProgram(KVCLI, process.argv.slice(2), processTerminal());
}
