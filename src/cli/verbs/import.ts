import type { Options } from "yargs";
import { byteLines } from "../byte-lines.ts";
import type { Command, Run } from "../command.ts";
import { entryOfLine } from "../entry-lines.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { filePieces } from "../file-pieces.ts";
import type { ImportMode, Tally } from "../importer.ts";
import { Importer } from "../importer.ts";
import { usageError } from "../program-error.ts";
import { ProgressLine } from "../progress-line.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import { FENCE_OPTION, fencedOptionsOf } from "./data-options.ts";

/** The longest key and value, every byte of them escaped. */
const LINE_BYTES_MAX = 8 * 1024 * 1024;

const MODE_OPTIONS: Readonly<Record<string, Options>> = {
  "if-absent": { type: "boolean", describe: "leave keys alone that are there already" },
  overwrite: { type: "boolean", describe: "replace the values of keys that are there already" },
  "dry-run": { type: "boolean", describe: "read all lines and say what would be done, and do nothing" },
};

/** `kvcli import < FILE`. */
export const importCommand: Command = {
  usage: "import",
  describe: "put the keys of JSON lines on stdin, as export writes them; again goes on where it ended",
  options: {
    ...MODE_OPTIONS,
    ...FENCE_OPTION,
    file: { alias: "f", type: "string", describe: "read this file instead of stdin" },
  },
  examples: [
    ["$0 import < all.jsonl", "stops at a key that is there with another value"],
    ["$0 import --if-absent < all.jsonl", "new keys alone"],
    ["$0 import --overwrite --dry-run < all.jsonl", "what it would do"],
  ],
  run: importKeys,
};

async function importKeys(run: Run): Promise<ExitCode> {
  const mode = modeOf(run);
  const isDryRun = run.args.flag("dry-run");
  const change = fencedOptionsOf(run.args);
  const isQuiet = run.args.flag("quiet");
  const progress = new ProgressLine(run.terminal, () => performance.now());
  const tally = await withClient(run, async (client) => {
    const importer = new Importer(client, { mode, isDryRun, change });
    try {
      for await (const line of byteLines(piecesOf(run), LINE_BYTES_MAX)) {
        const entry = entryOfLine(line);
        if (entry !== undefined) await importer.add(entry, line.number);
        if (!isQuiet) progress.show(undefined, `${line.number} lines read`);
      }
    } finally {
      // What stands before a damaged line is done.
      await importer.settle();
    }
    return importer.finish();
  }).finally(() => progress.clear());
  show(run, tally, isDryRun);
  return EXIT_CODES.done;
}

function piecesOf({ args, terminal }: Run): AsyncIterable<Uint8Array> {
  const file = args.optionalText("file");
  return file === undefined || file === "-" ? terminal.input() : filePieces(file);
}

function modeOf({ args }: Run): ImportMode {
  if (args.flag("if-absent") && args.flag("overwrite"))
    throw usageError("--if-absent and --overwrite exclude each other; name one");
  if (args.flag("if-absent")) return "if-absent";
  return args.flag("overwrite") ? "overwrite" : "same";
}

function show(run: Run, { put, kept, leased }: Tally, isDryRun: boolean): void {
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "import", { dry_run: isDryRun, put, kept, left_out: leased });
      break;
    case "table": {
      const leftOut = leased === 0 ? "" : `, ${leased} of leases left out`;
      print(run, `${put} keys ${isDryRun ? "would be put" : "put"}, ${kept} kept as they are${leftOut}\n`);
      break;
    }
    case "value":
      print(run, `${put}\n`);
      break;
  }
}
