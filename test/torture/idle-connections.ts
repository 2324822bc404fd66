import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import type { DevCluster } from "../../src/dev/cluster.ts";

/** Descriptors that this process needs for itself. */
const DESCRIPTORS_KEPT = 64;
/** Opened at once: more would only wait in the listener's queue. */
const TOGETHER = 100;
const REQUEST = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";

export interface IdleConnections {
  /** Answered once, and idle since. */
  readonly reached: number;
  /** Why it was not as many as were wanted; undefined when it was. */
  readonly stoppedBy: string | undefined;
  /** Resident memory of the node before and with them, KiB. */
  readonly beforeKib: number;
  readonly withKib: number;
  /** Whether the node wrote and answered while they were there. */
  readonly serves: boolean;
}

/** Opens connections to a node's HTTP port, each of which asks once and then idles, until `wanted` or a limit. */
export async function holdIdleConnections(
  cluster: DevCluster,
  wanted: number,
  write: () => Promise<unknown>,
): Promise<IdleConnections> {
  const [node] = cluster.list();
  const url = new URL(node?.url ?? "");
  const residentKib = (): number =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${node?.pid}/status`, "utf8"))?.[1]);
  const own = descriptorLimit("self") - DESCRIPTORS_KEPT;
  const beforeKib = residentKib();
  const sockets: Socket[] = [];
  let stoppedBy = own < wanted ? `this process may have ${own} more descriptors` : undefined;
  const count = Math.min(wanted, own);
  while (sockets.length < count) {
    const asked = Array.from({ length: Math.min(TOGETHER, count - sockets.length) }, () => askOnce(url));
    const opened = (await Promise.all(asked)).filter((socket) => socket !== undefined);
    sockets.push(...opened);
    if (opened.length === asked.length) continue;
    stoppedBy = `the node takes no more; it may have ${descriptorLimit(String(node?.pid))} descriptors`;
    break;
  }
  const withKib = residentKib();
  const written = await write().then(
    () => true,
    () => false,
  );
  const alive = sockets.filter((socket) => !socket.destroyed && socket.readyState === "open");
  const serves = written && alive.length === sockets.length;
  for (const socket of sockets) socket.destroy();
  return { reached: alive.length, stoppedBy, beforeKib, withKib, serves };
}

/** A connection that was answered, or undefined when it was closed instead. */
function askOnce({ hostname, port }: URL): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(REQUEST));
    socket.once("data", () => resolve(socket));
    socket.on("error", () => resolve(undefined));
    socket.once("close", () => resolve(undefined));
  });
}

function descriptorLimit(process: string): number {
  const soft = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${process}/limits`, "utf8"))?.[1];
  return Number(soft ?? 1024);
}
