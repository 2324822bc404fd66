import type { Command } from "../command.ts";
import { KEY_OPTIONS, readValue, WRITE_OPTIONS } from "./data-options.ts";
import { runModify } from "./modify-run.ts";

/** `kvcli cas KEY --from A --to B`: status 1 when the value is another. */
export const casCommand: Command = {
  usage: "cas <key>",
  describe: "compare and set: store a value in the place of another",
  positionals: { key: { type: "string", describe: "the key; an absent one has no value to compare" } },
  options: {
    ...KEY_OPTIONS,
    ...WRITE_OPTIONS,
    from: {
      type: "string",
      demandOption: true,
      describe: "the value that must be there, @FILE for a file's",
    },
    to: { type: "string", demandOption: true, describe: "the value to store; - reads stdin, @FILE a file" },
  },
  examples: [["$0 cas deploy/colour --from blue --to green", "status 1 when it is not blue"]],
  run: async (run) => {
    const expected = await readValue(run, run.args.text("from"));
    const argument = await readValue(run, run.args.text("to"));
    return runModify(run, { op: "cas", expected, argument }, "table");
  },
};
