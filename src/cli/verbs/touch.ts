import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { notFound } from "../program-error.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import { CHANGE_OPTIONS, fencedOptionsOf, KEY_OPTIONS, keyOf, ttlOf } from "./data-options.ts";

/** `kvcli touch KEY TTL`: it lives so long from now on, and is not written anew. */
export const touchCommand: Command = {
  usage: "touch <key> <ttl>",
  describe: "let a key live so long from now on, without writing it",
  positionals: {
    key: { type: "string", describe: "the key" },
    ttl: { type: "string", describe: "30s, 500ms, 1h" },
  },
  options: { ...KEY_OPTIONS, ...CHANGE_OPTIONS },
  examples: [["$0 touch app/worker 30s", "half a minute from now on; status 1 when it is gone"]],
  run: touch,
};

async function touch(run: Run): Promise<ExitCode> {
  const key = keyOf(run.args, run.args.text("key"));
  const ttlMs = ttlOf(run.args.text("ttl"), "<ttl>");
  const options = fencedOptionsOf(run.args);
  const reply = await withClient(run, (client) => client.touch(key, ttlMs, options));
  const { revision, servedBy } = reply;
  if (!reply.touched) {
    throw notFound(`${showKey(key)}: not found`, jsonBytes("key", key));
  }
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "touch", { ...jsonBytes("key", key), ttl_ms: ttlMs, revision, served_by: servedBy });
      break;
    case "table":
      print(run, `${showKey(key)}  ttl=${run.args.text("ttl")}\n`);
      break;
    case "value":
      print(run, `${ttlMs}\n`);
      break;
  }
  return EXIT_CODES.done;
}
