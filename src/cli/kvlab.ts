import { setFlagsFromString } from "node:v8";
import { LAB_EXIT_TABLE } from "./exit-codes.ts";
import type { Program } from "./program.ts";
import { runProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";
import { labChiCommand } from "./verbs/lab-chi.ts";
import { labExploreCommand } from "./verbs/lab-explore.ts";
import { labReplayCommand } from "./verbs/lab-replay.ts";
import { labRunCommand } from "./verbs/lab-run.ts";
import { labTraceCommand } from "./verbs/lab-trace.ts";

/** The program for developers and the curious: the same code in a world where everything goes wrong. */
export const KVLAB: Program = {
  name: "kvlab",
  describe: "run kvd's own code in a world that goes wrong on purpose, and can be repeated",
  commands: [labRunCommand, labReplayCommand, labTraceCommand, labExploreCommand, labChiCommand],
  options: {
    output: {
      alias: "o",
      type: "string",
      choices: ["table", "json"],
      describe: "form of the answer; or KVD_OUTPUT",
    },
    quiet: { alias: "q", type: "boolean", describe: "the exit status alone" },
  },
  examples: [["$0 run --seeds 1..100", "a hundred worlds; a failing one says how to see it again"]],
  exitTable: LAB_EXIT_TABLE,
};

/** What bin/kvlab runs. */
export async function main(): Promise<void> {
  // Of threads that start from here on: a world throws away most of what it makes, and a young generation of this
  // size from the beginning makes it a few per cent faster.
  setFlagsFromString("--max-semi-space-size=32");
  setFlagsFromString("--min-semi-space-size=32");
  process.exitCode = await runProgram(KVLAB, process.argv.slice(2), processTerminal(KVLAB.name));
}
