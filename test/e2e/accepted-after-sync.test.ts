import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { present } from "../../src/base/assert.ts";
import { servingLeader } from "../torture/failover.ts";
import { peerMessages } from "./peer-messages.ts";
import { parseTrace, STRACE_ARGUMENTS, type TracedCall } from "./syscall-trace.ts";
import { withCluster, withDirectory } from "./with-cluster.ts";

const WRITES = 20;
const markerOf = (count: number): string => `marker-${count}-in-the-log`;
const hasStrace = spawnSync("strace", ["-V"]).status === 0;

/**
 * How often an Accepted left for a write whose marker is `marker`, and how often it did so only after the
 * write had been received, written to the log, synced, and made valid by a meta page on disk.
 */
function acceptedAfterSync(calls: readonly TracedCall[], marker: string): { sent: number; synced: number } {
  let stage: "unknown" | "received" | "written" | "synced" | "durable" = "unknown";
  let slot: number | undefined;
  let sent = 0;
  let synced = 0;
  for (const call of calls) {
    switch (call.kind) {
      case "received":
        for (const message of peerMessages(call.datagram)) {
          if (message.kind !== "accept" || !Buffer.from(message.value.bytes).includes(marker)) continue;
          slot ??= message.slot;
          if (stage === "unknown") stage = "received";
        }
        break;
      case "written":
        if (stage === "received" && Buffer.from(call.bytes).includes(marker)) stage = "written";
        break;
      case "synced":
        if (stage === "written") stage = "synced";
        break;
      case "meta-written":
        if (stage === "synced") stage = "durable";
        break;
      case "sent":
        for (const message of peerMessages(call.datagram)) {
          if (message.kind !== "accepted" || !message.slots.some((accepted) => accepted === slot)) continue;
          sent += 1;
          if (stage === "durable") synced += 1;
        }
    }
  }
  return { sent, synced };
}

/** The system calls of one follower while `WRITES` writes are made, one by one. */
async function traceFollower(output: string): Promise<readonly TracedCall[]> {
  await withCluster(async (cluster, client) => {
    const leader = await servingLeader(cluster);
    const follower = present(
      cluster.list().find(({ id }) => id !== leader),
      "there is a follower",
    );
    const strace = spawn("strace", [...STRACE_ARGUMENTS, "-o", output, "-p", String(follower.pid)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    await once(strace.stderr, "data");
    await sleep(200);
    for (let count = 0; count < WRITES; count++) {
      await client.put("traced", markerOf(count), { timeoutMs: 10_000 });
      await sleep(30);
    }
    await sleep(200);
    const ended = once(strace, "close");
    strace.kill("SIGINT");
    await ended;
  });
  return parseTrace(readFileSync(output, "utf8"));
}

t.test(
  "Accepted leaves a real node only once the write is synced and its meta page is on disk",
  { timeout: 300_000, skip: hasStrace ? false : "strace is not installed: apt-get install strace" },
  async (t) => {
    await withDirectory(async (directory) => {
      const calls = await traceFollower(join(directory, "trace"));
      let sent = 0;
      const weaker: Record<string, number> = { synced: 0, "meta-written": 0 };
      for (let count = 0; count < WRITES; count++) {
        const found = acceptedAfterSync(calls, markerOf(count));
        t.equal(found.synced, found.sent, `write ${count}: no Accepted before its sync`);
        sent += found.sent;
        for (const kind of ["synced", "meta-written"] as const) {
          const without = calls.filter((call) => call.kind !== kind);
          weaker[kind] = (weaker[kind] ?? 0) + acceptedAfterSync(without, markerOf(count)).synced;
        }
      }
      t.ok(sent >= WRITES / 2, `${sent} Accepted were seen for ${WRITES} writes`);
      t.strictSame(
        weaker,
        { synced: 0, "meta-written": 0 },
        "a trace without syncs or meta pages does not pass",
      );
    });
  },
);
