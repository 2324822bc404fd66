import { printChange } from "../change-lines.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { notFound } from "../program-error.ts";
import { formatOf, withClient } from "../session.ts";
import { KEY_OPTIONS, keyOf, READ_OPTIONS, readOptionsOf } from "./data-options.ts";

const LIMIT_MAX = 1_000_000_000;

/** `kvcli history KEY`: its changes, newest first; status 1 when none is known. */
export const historyCommand: Command = {
  usage: "history <key>",
  describe: "list a key's changes in the retained window, newest first",
  positionals: { key: { type: "string", describe: "the key" } },
  options: {
    ...KEY_OPTIONS,
    ...READ_OPTIONS,
    limit: { type: "string", describe: "at most so many changes" },
    before: { type: "string", describe: "changes below this revision alone" },
  },
  examples: [
    ["$0 history app/cfg --limit 5", "the last five changes"],
    ["$0 history app/cfg -o json", "a JSON object on each line"],
    ["$0 get app/cfg --rev 41", "the value as it was after revision 41"],
  ],
  run: history,
};

async function history(run: Run): Promise<ExitCode> {
  const { args } = run;
  const key = keyOf(args, args.text("key"));
  const limit = args.integer("limit", 1, LIMIT_MAX);
  const before = args.integer("before", 1, Number.MAX_SAFE_INTEGER);
  const options = {
    ...readOptionsOf(run),
    ...(limit === undefined ? {} : { limit }),
    ...(before === undefined ? {} : { before }),
  };
  const format = formatOf(run, "table");
  let count = 0;
  await withClient(run, async (client) => {
    for await (const change of client.history(key, options)) {
      printChange(run, change, { format });
      count++;
    }
  });
  if (count > 0) return EXIT_CODES.done;
  throw notFound(`${showKey(key)}: no change of it is known`, jsonBytes("key", key));
}
