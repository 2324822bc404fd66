import { availableParallelism, freemem, loadavg, totalmem } from "node:os";
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { UdpNetwork } from "../io/udp-network.ts";
import { RECEIVE_BUFFER_BYTES, SEND_BUFFER_BYTES } from "../io/udp-network.ts";

/** How exactly the delays of the event loop are told, and for how long the longest is remembered. */
const LOOP_PRECISION_MS = 20;
const LOOP_WINDOW_MS = 10 * 60_000;

/** What a daemon's status tells of its machine and process, by name. Linux counts buffers twice: so they stand here as asked for. */
export function machineFigures(network: UdpNetwork): () => ReadonlyMap<string, number> {
  const loop = monitorEventLoopDelay({ resolution: LOOP_PRECISION_MS });
  loop.enable();
  const longest = longestOf(loop);
  return () => {
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const { sendErrors, socketErrors, sentBytes, receivedBytes } = network.counters;
    return new Map([
      ["receive_buffer_bytes", network.receiveBufferBytes / 2],
      ["receive_buffer_wanted_bytes", RECEIVE_BUFFER_BYTES],
      ["send_buffer_bytes", network.sendBufferBytes / 2],
      ["send_buffer_wanted_bytes", SEND_BUFFER_BYTES],
      ["send_errors", sendErrors + socketErrors],
      ["sent_bytes", sentBytes],
      ["received_bytes", receivedBytes],
      ["process_cpu_ms", (user + system) / 1_000],
      ["process_rss_bytes", rss],
      ["process_heap_bytes", heapUsed],
      ["loop_delay_ms", Math.max(0, longest() - LOOP_PRECISION_MS)],
      ["host_load", loadavg()[0] ?? 0],
      ["host_processors", availableParallelism()],
      ["host_memory_bytes", totalmem()],
      ["host_memory_free_bytes", freemem()],
    ]);
  };
}

/** The longest delay of the last ten to twenty minutes, ms. */
function longestOf(loop: IntervalHistogram): () => number {
  let previousMs = 0;
  setInterval(() => {
    previousMs = loop.max / 1e6;
    loop.reset();
  }, LOOP_WINDOW_MS).unref();
  return () => Math.max(previousMs, loop.count === 0 ? 0 : loop.max / 1e6);
}
