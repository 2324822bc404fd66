import { readFile } from "node:fs/promises";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, refuseReplaced, showKey } from "../key-text.ts";
import { ProgramError } from "../program-error.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import { jsonRecord, KEY_OPTIONS, keyOf, WRITE_OPTIONS, writeOptionsOf } from "./data-options.ts";

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
  options: { ...KEY_OPTIONS, ...WRITE_OPTIONS },
  examples: [
    ["$0 put app/cfg on", "a short value"],
    ["$0 put app/cfg @cfg.json", "a file's bytes"],
    ["date | $0 put app/date -", "stdin"],
    ["$0 put -- app/cfg --on", "a value that looks like an option"],
  ],
  run: put,
};

async function put(run: Run): Promise<ExitCode> {
  const key = keyOf(run.args, run.args.text("key"));
  const value = await readValue(run);
  const options = writeOptionsOf(run.args);
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

async function readValue(run: Run): Promise<Uint8Array> {
  const text = run.args.text("value");
  if (text === "-") return run.terminal.readInput();
  if (!text.startsWith("@")) {
    refuseReplaced(text, "hand such a value in by @FILE, or by - on stdin");
    return Buffer.from(text, "utf8");
  }
  const path = text.slice(1);
  try {
    return await readFile(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new ProgramError(`cannot read '${path}': ${reason}; name a readable file after @`, {
      exitCode: EXIT_CODES.local,
      code: "file",
      cause: error,
    });
  }
}
