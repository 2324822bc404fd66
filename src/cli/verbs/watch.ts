import { setTimeout } from "node:timers";
import { KvdError } from "../../base/errors.ts";
import type { Client } from "../../client/client.ts";
import type { WatchOptions } from "../../client/options.ts";
import type { Watch } from "../../client/watch.ts";
import { printEvent } from "../change-lines.ts";
import type { Command, Run } from "../command.ts";
import { type CommandEnd, runForChange, type ToldChange } from "../event-command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { untilInterrupted } from "../interrupt.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { formatOf, interrupted, namedTimeoutOf, timeoutOf, withClient } from "../session.ts";
import { KEY_OPTIONS, keyBoundOf, keyOf } from "./data-options.ts";

/** `kvcli watch KEY` or `--prefix P`: each change once, in order, until Ctrl-C or for a time. */
export const watchCommand: Command = {
  usage: "watch [key]",
  describe: "tell the changes of a key, or of all keys that start with a prefix, as they happen",
  positionals: { key: { type: "string", describe: "the key" } },
  options: {
    ...KEY_OPTIONS,
    prefix: { type: "string", describe: "all keys that start with it; '' is every key" },
    from: { type: "string", describe: "begin with the changes of this revision [the next one]" },
    prev: { type: "boolean", describe: "also tell the record that was there before" },
    once: { type: "boolean", describe: "end after the first revision that changes anything of it" },
    progress: { type: "boolean", describe: "also tell how far the watch has come when nothing happens" },
    exec: { type: "string", describe: "run this by sh for each change, and end when it fails" },
  },
  examples: [
    ["$0 watch app/cfg", "until Ctrl-C"],
    ["$0 watch --prefix app/ --from 42 -o json", "from revision 42 on, a JSON object on each line"],
    ["$0 watch app/cfg --once && systemctl reload app", "wait for the next change"],
    ["$0 watch app/cfg --once --timeout 30s", "status 1 when half a minute goes by without one"],
    ["$0 watch --prefix app/ --timeout 10m", "for ten minutes, which is no failure: status 0"],
    ["$0 watch app/cfg --exec 'cat > /etc/app.cfg'", "the value on stdin"],
    ["$0 watch --prefix '' --exec 'echo $KVD_EVENT $KVD_KEY $KVD_REVISION'", "and more in variables"],
  ],
  run: watch,
};

async function watch(run: Run): Promise<ExitCode> {
  const options = watchOptionsOf(run);
  const until = (signal: AbortSignal): Promise<void> =>
    withClient(run, async (client) => {
      void tellAhead(run, client, { from: options.from, signal });
      const watch = client.watch({ ...options, signal });
      const timer = closeInTime(watch, namedTimeoutOf(run));
      await follow(run, watch, signal).finally(() => clearTimeout(timer));
    });
  if (run.session !== undefined) {
    await until(run.session.interrupt);
    if (run.session.interrupt.aborted) throw interrupted();
    return EXIT_CODES.done;
  }
  const end = new AbortController();
  const isInterrupted = await untilInterrupted(async (interrupt) => {
    void interrupt.then(() => end.abort());
    await until(end.signal);
  });
  return isInterrupted ? EXIT_CODES.interrupted : EXIT_CODES.done;
}

function watchOptionsOf(run: Run): WatchOptions {
  const { args } = run;
  const key = args.optionalText("key");
  const prefix = args.optionalText("prefix");
  if (key !== undefined && prefix !== undefined) throw usageError("a key and --prefix exclude each other");
  if (key === undefined && prefix === undefined)
    throw usageError("name a key, or --prefix P; --prefix '' is every key");
  const from = args.integer("from", 1, Number.MAX_SAFE_INTEGER);
  return {
    ...(key === undefined ? {} : { key: keyOf(args, key) }),
    ...(prefix === undefined ? {} : { prefix: keyBoundOf(args, prefix) }),
    ...(from === undefined ? {} : { from }),
    previous: args.flag("prev"),
    progress: args.flag("progress"),
    timeoutMs: timeoutOf(run),
  };
}

/** A revision that is far ahead is more likely a mistake than a plan: what is waited for is said. */
async function tellAhead(
  run: Run,
  client: Client,
  { from, signal }: { readonly from: number | undefined; readonly signal: AbortSignal },
): Promise<void> {
  if (from === undefined || run.args.flag("quiet")) return;
  try {
    const { revision } = await client.range({ limit: 1, keysOnly: true, signal });
    if (from > revision + 1)
      run.terminal.err(`kvcli: waiting for revision ${from}; the store stands at ${revision}\n`);
  } catch (error) {
    // The watch itself tells what is wrong.
    if (!(error instanceof KvdError)) throw error;
  }
}

/** What nobody has answered by then ends by its own patience, which is as long. */
function closeInTime(watch: Watch, timeoutMs: number | undefined): NodeJS.Timeout | undefined {
  if (timeoutMs === undefined) return undefined;
  const close = (): void => watch.close();
  return setTimeout(() => void watch.started.then(close, () => undefined), timeoutMs);
}

async function follow(run: Run, watch: Watch, signal: AbortSignal): Promise<void> {
  const format = formatOf(run, "table");
  const command = run.args.optionalText("exec");
  for await (const event of watch) {
    if (command === undefined || event.kind === "progress") printEvent(run, event, format);
    else await execute(run, command, { change: event, signal });
    // Whoever reads slowly slows the watch down, and fills no memory.
    await run.terminal.flushed();
    if (event.kind !== "progress" && event.endsRevision && run.args.flag("once")) return;
  }
  if (signal.aborted || !run.args.flag("once")) return;
  throw new ProgramError("time is up, and nothing has changed", {
    exitCode: EXIT_CODES.negative,
    code: "unchanged",
  });
}

interface Told {
  readonly change: ToldChange;
  readonly signal: AbortSignal;
}

async function execute(run: Run, command: string, { change, signal }: Told): Promise<void> {
  const end = await runForChange(command, change, run.terminal);
  // What Ctrl-C has ended has not failed.
  if (signal.aborted || (end.kind === "status" && end.status === 0)) return;
  const message = `the command ${endText(end)} at revision ${change.revision}; go on with --from ${change.revision}`;
  const details = { revision: change.revision };
  throw new ProgramError(message, { exitCode: EXIT_CODES.local, code: "command_failed", details });
}

function endText(end: CommandEnd): string {
  switch (end.kind) {
    case "status":
      return `ended with status ${end.status}`;
    case "signal":
      return `was ended by ${end.signal}`;
    case "failed":
      return `could not be run (${end.message})`;
  }
}
