import type { Relation } from "../../kv/command.ts";
import type { Command, Run } from "../command.ts";
import { compares, holds, parseCondition } from "../condition.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { showKey } from "../key-text.ts";
import { ProgramError } from "../program-error.ts";
import { withClient } from "../session.ts";
import { KEY_OPTIONS, keyOf, READ_OPTIONS, readOptionsOf } from "./data-options.ts";

/** `kvcli assert COND [KEY]`: a line of a script that is a test. */
export const assertCommand: Command = {
  usage: "assert <condition> [key]",
  describe: "say nothing when something is true of a key, or of the store's revision; else status 1",
  positionals: {
    condition: {
      type: "string",
      describe: "exists, absent, value=TEXT, rev>N, create=N or version=N of the key; also != and <",
    },
    key: { type: "string", describe: "the key; without it rev>N is about the whole store" },
  },
  options: { ...KEY_OPTIONS, ...READ_OPTIONS },
  examples: [
    ["$0 assert exists app/cfg", "status 1 when it is absent"],
    ["$0 assert value=on app/cfg", "its exact value"],
    ["$0 assert 'rev>41'", "something was changed after revision 41"],
  ],
  run: assertCondition,
};

async function assertCondition(run: Run): Promise<ExitCode> {
  const text = run.args.text("condition");
  const keyText = run.args.optionalText("key");
  if (keyText === undefined) return assertRevision(run, text);
  const key = keyOf(run.args, keyText);
  const condition = parseCondition(text);
  const reply = await withClient(run, (client) => client.get(key, { ...readOptionsOf(run) }));
  if (holds(condition, reply)) return EXIT_CODES.done;
  const { record } = reply;
  const found =
    record === undefined
      ? "it is absent"
      : `rev=${record.modRevision}  version=${record.version}  value=${showKey(record.value)}`;
  throw notSo(`${showKey(key)}: not ${text}: ${found}`);
}

async function assertRevision(run: Run, text: string): Promise<ExitCode> {
  const condition = parseCondition(text);
  if (condition.kind !== "rev") throw notSo(`'${text}' asks of a key, and none is named`, EXIT_CODES.usage);
  const one = { limit: 1, keysOnly: true, ...readOptionsOf(run) };
  const { revision } = await withClient(run, (client) => client.range(one));
  const is: Relation = condition.is;
  if (compares(revision - condition.number, is)) return EXIT_CODES.done;
  throw notSo(`not ${text}: the store is at rev=${revision}`);
}

function notSo(message: string, exitCode: ExitCode = EXIT_CODES.negative): ProgramError {
  return new ProgramError(message, { exitCode, code: exitCode === EXIT_CODES.usage ? "usage" : "not_so" });
}
