import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import {
  CONDITION_OPTIONS,
  jsonRecord,
  KEY_OPTIONS,
  keyOf,
  LIFETIME_OPTIONS,
  lifetimeOptionsOf,
  readValue,
  WRITE_OPTIONS,
  writeOptionsOf,
} from "./data-options.ts";

/** `kvcli put KEY VALUE|-|@FILE`. */
export const putCommand: Command = {
  usage: "put <key> <value>",
  aliases: ["set"],
  describe: "store a value under a key",
  positionals: {
    key: { type: "string", describe: "the key, 1 to 1,024 bytes" },
    value: {
      type: "string",
      describe: "the value; - reads stdin, @FILE a file (pipe a value that starts with @ itself)",
    },
  },
  options: {
    ...KEY_OPTIONS,
    ...WRITE_OPTIONS,
    "if-absent": { type: "boolean", describe: "only if there is no such key" },
    ...CONDITION_OPTIONS,
    ...LIFETIME_OPTIONS,
  },
  examples: [
    ["$0 put app/cfg on", "a short value"],
    ["$0 put app/cfg @cfg.json", "a file's bytes"],
    ["date | $0 put app/date -", "stdin"],
    ["$0 put app/cfg on --if-absent", "only a new key; status 1 when it exists"],
    ["$0 put app/cfg off --if-rev 41", "only if nobody has changed it since revision 41"],
    ["$0 put app/worker up --ttl 30s", "gone after half a minute, unless it is touched or put again"],
    ["$0 put app/worker up --lease 7", "gone with lease 7"],
    ["$0 put -- app/cfg --on", "a value that looks like an option"],
  ],
  run: put,
};

async function put(run: Run): Promise<ExitCode> {
  const key = keyOf(run.args, run.args.text("key"));
  const value = await readValue(run, run.args.text("value"));
  const options = {
    ...writeOptionsOf(run.args),
    ...lifetimeOptionsOf(run.args),
  };
  const reply = await withClient(run, (client) => client.put(key, value, options));
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "put", {
        ...jsonBytes("key", key),
        revision: reply.revision,
        create_revision: reply.createRevision,
        version: reply.version,
        served_by: reply.servedBy,
        ...(options.previous === true
          ? { previous: reply.previous === undefined ? null : jsonRecord(reply.previous) }
          : {}),
      });
      break;
    case "table":
      print(run, `${showKey(key)}  rev=${reply.revision}  version=${reply.version}\n`);
      if (reply.previous !== undefined) print(run, `previous: ${showKey(reply.previous.value)}\n`);
      break;
    case "value":
      print(run, `${reply.revision}\n`);
      break;
  }
  return EXIT_CODES.done;
}
