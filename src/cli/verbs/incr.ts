import type { Command } from "../command.ts";
import { KEY_OPTIONS, WRITE_OPTIONS } from "./data-options.ts";
import { numberOf, runModify } from "./modify-run.ts";

/** `kvcli incr KEY [N]`: the new number. */
export const incrCommand: Command = {
  usage: "incr <key> [by]",
  describe: "add to a number, and print it",
  positionals: {
    key: { type: "string", describe: "a key whose value is a whole number; absent counts as 0" },
    by: { type: "string", describe: "what to add, signed, 64 bits [1]" },
  },
  options: { ...KEY_OPTIONS, ...WRITE_OPTIONS },
  examples: [
    ["$0 incr visits", "one more"],
    ["$0 incr stock -- -3", "three less"],
  ],
  run: async (run) =>
    runModify(run, { op: "incr", argument: numberOf(run.args.optionalText("by") ?? "1") }, "value"),
};
