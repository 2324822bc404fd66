import { closeSync, openSync, writeSync } from "node:fs";
import { SystemCrypto } from "../../io/system-crypto.ts";
import { recorderOf } from "../../lab/report/recorder.ts";
import { Transcript, type TranscriptOptions } from "../../lab/report/transcript.ts";
import { WindowLines } from "../../lab/report/window.ts";
import { encodeTraceLine, type TraceLine } from "../../node/trace-line.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { failureOf, failureText } from "../lab-failure.ts";
import { SEED_MAX, WITHOUT_OPTION, withoutOf } from "../lab-options.ts";
import { runSeed, type SeedOutcome } from "../lab-seed.ts";
import { usageError } from "../program-error.ts";
import { formatOf, print, printJson } from "../session.ts";
import { stretchOf, TRANSCRIPT_OPTIONS, widthOf } from "../transcript-options.ts";
import { VERSION } from "../version.ts";

/** Before a failure; most of what led to it is nearer than this. */
const LAST_STRETCH_MS = 1000;

/** `kvlab replay SEED`: one seed again, as a transcript. */
export const labReplayCommand: Command = {
  usage: "replay <seed>",
  describe: "run one seed again and show what happened, a column for each node",
  positionals: { seed: { type: "string", describe: "as kvlab run has named it" } },
  options: {
    ...TRANSCRIPT_OPTIONS,
    ...WITHOUT_OPTION,
    trace: { type: "string", describe: "write every step to this file, as docs/TRACE.md describes" },
  },
  examples: [
    ["$0 replay 17", "its last second, and the report when it fails"],
    ["$0 replay 17 --from 2000 --to 2500 | less -S", "half a second of it"],
    ["$0 replay 17 --trace run.jsonl", "everything, for other programs"],
  ],
  run: replay,
};

async function replay(run: Run): Promise<ExitCode> {
  const seed = seedOf(run);
  const without = withoutOf(run);
  const stretch = stretchOf(run);
  const widthFor = widthOf(run);
  const format = formatOf(run, "table");
  if (format === "json" && stretch !== undefined)
    throw usageError(
      "-o json tells what came of the seed, without the steps: --trace FILE writes those as JSON lines",
    );
  const window = new WindowLines(
    stretch === undefined ? { kind: "last", ms: LAST_STRETCH_MS } : { kind: "between", ...stretch },
  );
  let members: Readonly<Record<string, string>> = {};
  // Before there is a file: it is not to be left behind empty.
  const onInterrupt = (): void => {
    file.close();
    run.terminal.err("kvlab: interrupted\n");
    process.exit(EXIT_CODES.interrupted);
  };
  process.once("SIGINT", onInterrupt);
  const file = openTrace(run.args.optionalText("trace"));
  const onLine = (line: TraceLine): void => {
    if (line.type === "trace") members = line.members;
    window.add(line);
    file.add(line);
  };
  const writer = `kvlab ${VERSION}`;
  const recorder = recorderOf({ seed, writer, crypto: new SystemCrypto(), onLine });
  const outcome = await runSeed({ seed, without }, recorder).finally(() => {
    process.off("SIGINT", onInterrupt);
    file.close();
  });
  if (format === "json") {
    printJson(run, "lab_replay", jsonOf(outcome));
  } else {
    show(run, { members, width: widthFor(Object.keys(members).length) }, window.lines);
    if (window.lines.length === 0 && stretch !== undefined) print(run, emptyText(outcome));
    const failure = failureOf(outcome, false);
    print(
      run,
      failure === undefined ? cleanText(outcome, stretch !== undefined) : `\n${failureText(failure)}`,
    );
  }
  return outcome.failure === undefined ? EXIT_CODES.done : EXIT_CODES.negative;
}

function seedOf({ args }: Run): number {
  const text = args.text("seed");
  if (/^\d{1,10}$/.test(text) && Number(text) <= SEED_MAX) return Number(text);
  throw usageError(`'${text}' is no seed: a number from 0 to ${SEED_MAX}`);
}

function show(run: Run, options: TranscriptOptions, lines: readonly TraceLine[]): void {
  const transcript = new Transcript(options);
  for (const line of lines) for (const row of transcript.add(line)) print(run, `${row}\n`);
}

function emptyText({ virtualMs }: SeedOutcome): string {
  return `nothing was recorded there: the run goes from 0 to ${virtualMs.toFixed(0)} ms\n`;
}

function cleanText({ seed, virtualMs, events, operations }: SeedOutcome, isShown: boolean): string {
  const advice = isShown ? "" : "; above is its last second, --from MS --to MS shows another part";
  return `seed ${seed}: nothing was broken in ${virtualMs.toFixed(0)} ms, ${events} events, ${operations} operations${advice}\n`;
}

function jsonOf(outcome: SeedOutcome): Readonly<Record<string, unknown>> {
  const { seed, without, faults, events, virtualMs, operations, counts, failure } = outcome;
  return {
    seed,
    without,
    faults,
    events,
    virtual_ms: Math.round(virtualMs),
    operations,
    counts: Object.fromEntries(counts),
    violated: failure?.violated ?? null,
    report: failure?.report ?? null,
  };
}

interface TraceSink {
  add(line: TraceLine): void;
  close(): void;
}

const CHUNK_CHARACTERS = 1 << 20;

/** A file that takes every line; nothing when no path is given. */
function openTrace(path: string | undefined): TraceSink {
  if (path === undefined) return { add: () => undefined, close: () => undefined };
  const file = openSync(path, "w");
  let chunk = "";
  const flush = (): void => {
    writeSync(file, chunk);
    chunk = "";
  };
  return {
    add: (line) => {
      chunk += encodeTraceLine(line);
      if (chunk.length >= CHUNK_CHARACTERS) flush();
    },
    close: () => {
      flush();
      closeSync(file);
    },
  };
}
