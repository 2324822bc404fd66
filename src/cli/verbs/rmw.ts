import type { Modification } from "../../client/operations.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { usageError } from "../program-error.ts";
import { KEY_OPTIONS, readValue, WRITE_OPTIONS } from "./data-options.ts";
import { numberOf, runModify } from "./modify-run.ts";

const OPS = ["incr", "append", "prepend", "max", "min", "set-if-absent", "json-merge", "cas"] as const;

/** `kvcli rmw KEY --op OP --arg X`: every change that the server can make of a value. */
export const rmwCommand: Command = {
  usage: "rmw <key>",
  describe: "read, modify and write a value, at the server",
  positionals: { key: { type: "string", describe: "the key" } },
  options: {
    ...KEY_OPTIONS,
    ...WRITE_OPTIONS,
    op: { type: "string", choices: OPS, demandOption: true, describe: "what to make of the value" },
    arg: { type: "string", describe: "what to make it with; - reads stdin, @FILE a file" },
    expected: { type: "string", describe: "with cas: the value that must be there, @FILE for a file's" },
  },
  examples: [
    ["$0 rmw highscore --op max --arg 4200", "stays when it is higher"],
    [`$0 rmw app/cfg --op json-merge --arg '{"debug":null,"level":3}'`, "a JSON merge patch, RFC 7386"],
    ["$0 rmw node/1 --op set-if-absent --arg up -o value", "the value as it is afterwards"],
    ["$0 rmw deploy/colour --op cas --expected blue --arg green", "the same as cas --from blue --to green"],
  ],
  run: rmw,
};

async function rmw(run: Run): Promise<ExitCode> {
  const op = OPS.find((name) => name === run.args.text("op"));
  if (op === undefined) throw usageError(`--op is not one of ${OPS.join(", ")}`);
  return runModify(run, await modificationOf(run, op), op === "incr" ? "value" : "table");
}

async function modificationOf(run: Run, op: (typeof OPS)[number]): Promise<Modification> {
  const text = run.args.optionalText("arg") ?? (op === "incr" ? "1" : undefined);
  if (text === undefined) throw usageError(`--arg is missing; ${op} needs it`);
  const expected = run.args.optionalText("expected");
  if (expected !== undefined && op !== "cas")
    throw usageError(`--expected goes with --op cas, not with ${op}`);
  switch (op) {
    case "incr":
    case "max":
    case "min":
      return { op, argument: numberOf(text) };
    case "append":
    case "prepend":
    case "set-if-absent":
    case "json-merge":
      return { op, argument: await readValue(run, text) };
    case "cas":
      if (expected === undefined) throw usageError("--expected is missing; cas needs it");
      return { op, expected: await readValue(run, expected), argument: await readValue(run, text) };
  }
}
