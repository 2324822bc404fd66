import yargs from "yargs";
import type { Address } from "../../src/base/seams.ts";
import { parseEndpoint } from "../../src/client/endpoint-text.ts";

/** What one request does: a put, a linearizable get, a sequential get. */
export const OPS = ["put", "get", "sget"] as const;
export type Op = (typeof OPS)[number];

/** One closed loop: how many requests wait for their answers at once, and for how long it is measured. */
export interface Load {
  readonly op: Op;
  readonly outstanding: number;
  readonly seconds: number;
}

/** Three nodes of our own: every op at every count of outstanding requests, `rounds` times. */
export interface ClusterPlan {
  readonly kind: "cluster";
  readonly ops: readonly Op[];
  readonly outstanding: readonly number[];
  readonly seconds: number;
  readonly rounds: number;
  /** Whether to print a JSON line per cell instead of the table. */
  readonly json: boolean;
}

/** One load on a cluster that somebody else runs and samples. */
export interface AttachPlan {
  readonly kind: "attach";
  readonly endpoints: readonly Address[];
  readonly load: Load;
}

/** A command line that asks for nothing that can be done; `message` says why, for people. */
export class PlanError extends Error {
  override readonly name = "PlanError";
}

const OUTSTANDING = [1, 16, 64, 256];
const OUTSTANDING_MAX = 65_536;
const SECONDS = 4;
const ROUNDS = 3;

/** What the command line asks for. Throws a PlanError; `--help` prints and ends the process. */
export function parsePlan(argv: readonly string[]): ClusterPlan | AttachPlan {
  const options = yargs([...argv])
    .scriptName("npm run bench --")
    .usage("Throughput and latency of a kvd cluster under a closed loop.\n\n$0 [options]")
    .option("ops", { type: "string", describe: `of ${OPS.join(",")}` })
    .option("outstanding", { type: "string", describe: "requests that wait at once, a list" })
    .option("seconds", { type: "number", default: SECONDS, describe: "of each measured window" })
    .option("rounds", { type: "number", default: ROUNDS, describe: "windows per cell; the median is shown" })
    .option("json", { type: "boolean", default: false, describe: "one JSON line per cell" })
    .option("attach", {
      type: "string",
      describe: "HOST:PORT,...: load a running cluster; print START, END and one JSON line",
    })
    .example("$0 --ops put --outstanding 64,256", "two cells")
    .example("$0 --attach 127.0.0.1:7400 --ops put --outstanding 64", "one window on a running cluster")
    .strict()
    .version(false)
    .fail((message, error) => {
      throw new PlanError(message ?? error.message);
    })
    .parseSync();
  const ops = opsOf(options.ops ?? OPS.join(","));
  const outstanding = (options.outstanding ?? OUTSTANDING.join(",")).split(",").map(outstandingOf);
  const { json } = options;
  const seconds = above("seconds", options.seconds, 0);
  const rounds = whole("rounds", options.rounds, 1_000);
  if (options.attach === undefined) return { kind: "cluster", ops, outstanding, seconds, rounds, json };
  const [op] = ops;
  const [count] = outstanding;
  if (op === undefined || ops.length > 1 || count === undefined || outstanding.length > 1) {
    throw new PlanError("--attach runs one load: name one of --ops and one count of --outstanding");
  }
  return {
    kind: "attach",
    endpoints: options.attach.split(",").map(endpointOf),
    load: { op, outstanding: count, seconds },
  };
}

function opsOf(text: string): readonly Op[] {
  return text.split(",").map((name) => {
    const op = OPS.find((candidate) => candidate === name.trim());
    if (op === undefined) throw new PlanError(`--ops: "${name}" is none of ${OPS.join(", ")}`);
    return op;
  });
}

function outstandingOf(text: string): number {
  return whole("outstanding", Number(text), OUTSTANDING_MAX);
}

function endpointOf(text: string): Address {
  const address = parseEndpoint(text);
  if (address === undefined) throw new PlanError(`--attach: "${text}" is not HOST:PORT`);
  return address;
}

function whole(option: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new PlanError(`--${option}: ${value} is no whole number from 1 to ${max}`);
}

function above(option: string, value: number, limit: number): number {
  if (value > limit && Number.isFinite(value)) return value;
  throw new PlanError(`--${option}: ${value} is not above ${limit}`);
}
