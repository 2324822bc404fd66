import { openClient } from "../../src/client/open.ts";
import { SystemClock } from "../../src/io/system-clock.ts";
import { runClosedLoop } from "./closed-loop.ts";
import type { AttachPlan, Op } from "./plan.ts";
import { Workload } from "./workload.ts";

/** One client object, and so one socket: its requests share datagrams. */
const CONNECTIONS = 1;
const WARM_UP_MS_MAX = 1_000;

/** The line that a load generator prints last; times in ms, `tput` in operations per second. */
export interface LoadLine {
  readonly op: Op;
  readonly outstanding: number;
  readonly conns: number;
  readonly secs: number;
  readonly ops: number;
  readonly errors: number;
  readonly tput: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/**
 * Loads a running cluster: prints START when the measured window begins and END when it is over, so that
 * whoever started this process can sample the servers, then one JSON line. The keys that the cluster does
 * not have yet are written before.
 */
export async function runAttached(plan: AttachPlan): Promise<void> {
  const { op, outstanding, seconds } = plan.load;
  const client = await openClient({ endpoints: plan.endpoints });
  try {
    const workload = new Workload(client);
    await workload.fill();
    const result = await runClosedLoop({
      outstanding,
      warmUpMs: Math.min(WARM_UP_MS_MAX, seconds * 1000),
      windowMs: seconds * 1000,
      clock: new SystemClock(),
      request: workload.request(op),
      onStart: () => console.log("START"),
      onEnd: () => console.log("END"),
    });
    if (result.firstError !== undefined) console.error(`a request failed: ${String(result.firstError)}`);
    const line: LoadLine = {
      op,
      outstanding,
      conns: CONNECTIONS,
      secs: result.seconds,
      ops: result.ops,
      errors: result.errors,
      tput: result.ops / result.seconds,
      p50: result.p50Ms,
      p99: result.p99Ms,
      p999: result.p999Ms,
      max: result.maxMs,
    };
    console.log(JSON.stringify(line));
  } finally {
    client.close();
  }
}
