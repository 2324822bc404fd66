import { present } from "../../base/assert.ts";
import type { Client } from "../../client/client.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import { formatTable } from "../table.ts";

const COUNT = 100;
const COUNT_MAX = 100_000;

/** `kvcli latency`: how long answers take, one at a time. Nothing is changed. */
export const latencyCommand: Command = {
  usage: "latency",
  describe: "measure how long answers take: of any node, of a replica, and of the leader with its quorum",
  options: { count: { type: "string", describe: `how many of each, one after another [${COUNT}]` } },
  examples: [["$0 latency --count 1000", "milliseconds: least, median, 99th percentile, most"]],
  run: latency,
};

interface Measured {
  readonly what: string;
  /** Ascending, ms. */
  readonly times: readonly number[];
}

async function latency(run: Run): Promise<ExitCode> {
  const count = run.args.integer("count", 1, COUNT_MAX) ?? COUNT;
  const measured = await withClient(run, async (client) => {
    const all: Measured[] = [];
    for (const [what, ask] of questionsOf(client)) all.push({ what, times: await timesOf(ask, count) });
    return all;
  });
  const rows = measured.map(({ what, times }) => [
    what,
    ...[0, 0.5, 0.99, 1].map((share) => present(times[rankOf(share, count)], "one was measured").toFixed(3)),
  ]);
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "latency", {
        count,
        ms: Object.fromEntries(
          rows.map(([what = "", min, p50, p99, max]) => [
            what,
            { min: Number(min), p50: Number(p50), p99: Number(p99), max: Number(max) },
          ]),
        ),
      });
      break;
    case "table":
      print(run, formatTable(["MS", "MIN", "P50", "P99", "MAX"], rows));
      break;
    case "value":
      print(run, rows.map((row) => `${row.slice(1).join(" ")}\n`).join(""));
      break;
  }
  return EXIT_CODES.done;
}

type Question = readonly [what: string, ask: () => Promise<unknown>];

function questionsOf(client: Client): readonly Question[] {
  const one = { limit: 1, keysOnly: true } as const;
  return [
    ["ping", () => client.ping()],
    ["sequential", () => client.range({ ...one, consistency: "sequential" })],
    ["linearizable", () => client.range({ ...one, consistency: "linearizable" })],
  ];
}

/** The first answer of each kind also opens a link, and does not count. */
async function timesOf(ask: () => Promise<unknown>, count: number): Promise<readonly number[]> {
  await ask();
  const times: number[] = [];
  for (let done = 0; done < count; done++) {
    const startMs = performance.now();
    await ask();
    times.push(performance.now() - startMs);
  }
  return times.sort((a, b) => a - b);
}

function rankOf(share: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.ceil(share * count) - 1));
}
