import type { Arguments, Command, Run } from "../command.ts";
import type { Entry } from "../entry-lines.ts";
import { entriesOfJsonLines } from "../entry-lines.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { refuseReplaced } from "../key-text.ts";
import { usageError } from "../program-error.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import { bytesOfWord } from "../word-bytes.ts";
import { CHANGE_OPTIONS, fencedOptionsOf, KEY_OPTIONS, keyOf, readFileOrInput } from "./data-options.ts";

/** `kvcli mput KEY=VALUE...` or `-f FILE`: all of them or none. */
export const mputCommand: Command = {
  usage: "mput [entries..]",
  describe: "store several keys at once, all or none, at one revision",
  positionals: {
    entries: { type: "string", array: true, describe: "KEY=VALUE; the first = ends the key" },
  },
  options: {
    ...KEY_OPTIONS,
    ...CHANGE_OPTIONS,
    file: { alias: "f", type: "string", describe: "a file of JSON lines instead; - reads stdin" },
  },
  examples: [
    ["$0 mput a=1 b=2", "two keys at one revision"],
    [
      `echo '{"key":"a","value":"1"}' | $0 mput -f -`,
      "key or key_b64, value or value_b64, and ttl_ms or lease, a line each",
    ],
  ],
  run: mput,
};

async function mput(run: Run): Promise<ExitCode> {
  const entries = await entriesOf(run);
  const options = fencedOptionsOf(run.args);
  const reply = await withClient(run, (client) => client.putAll(entries, options));
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "mput", { count: reply.count, revision: reply.revision, served_by: reply.servedBy });
      break;
    case "table":
      print(run, `${reply.count === 1 ? "1 key" : `${reply.count} keys`}  rev=${reply.revision}\n`);
      break;
    case "value":
      print(run, `${reply.revision}\n`);
      break;
  }
  return EXIT_CODES.done;
}

async function entriesOf(run: Run): Promise<readonly Entry[]> {
  const typed = run.args.texts("entries");
  const file = run.args.optionalText("file");
  if (file !== undefined && typed.length > 0) throw usageError("entries and --file exclude each other");
  const entries =
    file === undefined
      ? typed.map((entry) => typedEntry(run.args, entry))
      : entriesOfJsonLines(await readFileOrInput(run, file));
  if (entries.length === 0) throw usageError("nothing to put; name KEY=VALUE, or a file of JSON lines by -f");
  return entries;
}

function typedEntry(args: Arguments, entry: string): Entry {
  const end = entry.indexOf("=");
  if (end === -1) throw usageError(`'${entry}' is not KEY=VALUE`);
  const value = entry.slice(end + 1);
  refuseReplaced(value, "hand such a value in by -f, as value_b64");
  return [keyOf(args, entry.slice(0, end)), bytesOfWord(value), {}];
}
