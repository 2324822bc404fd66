import { setFlagsFromString } from "node:v8";
import type { Run } from "./command.ts";
import type { ExitCode } from "./exit-codes.ts";
import { DAEMON_EXIT_TABLE, EXIT_CODES } from "./exit-codes.ts";
import type { Program } from "./program.ts";
import { runProgram } from "./program.ts";
import { usageError } from "./program-error.ts";
import { formatTable } from "./table.ts";
import { processTerminal } from "./terminal.ts";
import { configOf, SETTING_OPTIONS } from "./verbs/config-options.ts";
import { initCommand } from "./verbs/init.ts";
import { startCommand } from "./verbs/start.ts";

/** The daemon. */
export const KVD: Program = {
  name: "kvd",
  describe: "one node of a replicated, strongly consistent key-value store",
  commands: [initCommand, startCommand],
  options: {
    ...SETTING_OPTIONS,
    "check-config": { type: "boolean", describe: "check the settings and say what is wrong with them" },
    "print-config": { type: "boolean", describe: "show every setting and where it comes from" },
  },
  examples: [
    ["$0 init --single --data-dir /tmp/kvd", "a cluster of one"],
    ["$0 start --data-dir /tmp/kvd --security plain", "and its node"],
    ["$0 --check-config --config /etc/kvd/kvd.yaml", "before a restart"],
  ],
  exitTable: DAEMON_EXIT_TABLE,
  bare: inspectConfig,
};

/** What bin/kvd runs. */
export async function main(): Promise<void> {
  // Requests live for a few milliseconds: a young generation that holds them all collects them for free.
  setFlagsFromString("--max-semi-space-size=32");
  const status = await runProgram(KVD, process.argv.slice(2), processTerminal(KVD.name));
  // A start that failed half-way may have left a lock or a socket open; neither must hold up the exit.
  if (status === EXIT_CODES.done) process.exitCode = status;
  else process.exit(status);
}

async function inspectConfig(run: Run): Promise<ExitCode> {
  const { args, terminal } = run;
  if (!args.flag("check-config") && !args.flag("print-config")) {
    throw usageError("which command? There are init and start; see kvd --help");
  }
  const { settings } = await configOf(run);
  if (args.flag("print-config")) {
    const rows = settings.map(({ key, value, origin }) => [key, value ?? "-", origin]);
    terminal.out(formatTable(["SETTING", "VALUE", "ORIGIN"], rows));
  } else {
    terminal.out("the configuration is good\n");
  }
  return EXIT_CODES.done;
}
