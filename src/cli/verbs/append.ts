import type { Command } from "../command.ts";
import { KEY_OPTIONS, readValue, WRITE_OPTIONS } from "./data-options.ts";
import { runModify } from "./modify-run.ts";

/** `kvcli append KEY VALUE|-|@FILE`. */
export const appendCommand: Command = {
  usage: "append <key> <value>",
  describe: "add to the end of a value",
  positionals: {
    key: { type: "string", describe: "the key; absent counts as empty" },
    value: { type: "string", describe: "what to add; - reads stdin, @FILE a file" },
  },
  options: { ...KEY_OPTIONS, ...WRITE_OPTIONS },
  examples: [["$0 append log/today 'started '", "no blank or line end is added"]],
  run: async (run) =>
    runModify(run, { op: "append", argument: await readValue(run, run.args.text("value")) }, "table"),
};
