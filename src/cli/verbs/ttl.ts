import type { Command, Run } from "../command.ts";
import { showDuration } from "../duration.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { notFound } from "../program-error.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import { KEY_OPTIONS, keyOf, READ_OPTIONS, readOptionsOf } from "./data-options.ts";

/** `kvcli ttl KEY`: how long it still lives. */
export const ttlCommand: Command = {
  usage: "ttl <key>",
  describe: "print how long a key still lives",
  positionals: { key: { type: "string", describe: "the key" } },
  options: { ...KEY_OPTIONS, ...READ_OPTIONS },
  examples: [["$0 ttl app/worker", "the time left, or that it stays; status 1 when there is no such key"]],
  run: ttl,
};

async function ttl(run: Run): Promise<ExitCode> {
  const key = keyOf(run.args, run.args.text("key"));
  const { record, timeLeftMs } = await withClient(run, (client) => client.get(key, readOptionsOf(run)));
  if (record === undefined) {
    throw notFound(`${showKey(key)}: not found`, jsonBytes("key", key));
  }
  switch (formatOf(run, "table")) {
    case "json": {
      const lease = record.leaseId === 0 ? {} : { lease: record.leaseId };
      printJson(run, "ttl", { ...jsonBytes("key", key), ttl_ms: timeLeftMs ?? null, ...lease });
      break;
    }
    case "table": {
      const lease = record.leaseId === 0 ? "" : `  lease=${record.leaseId}`;
      const left = timeLeftMs === undefined ? "stays" : showDuration(timeLeftMs);
      print(run, `${showKey(key)}  ttl=${left}${lease}\n`);
      break;
    }
    case "value":
      print(run, `${timeLeftMs ?? -1}\n`);
      break;
  }
  return EXIT_CODES.done;
}
