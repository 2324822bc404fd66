import type { Crypto } from "../../base/seams.ts";
import { StepTrace } from "../../node/step-trace.ts";
import { TRACE_VERSION, type TraceLine } from "../../node/trace-line.ts";
import type { SimulationObserver } from "../simulation.ts";

export interface RecorderOptions {
  readonly seed: number;
  /** Program and version, for the header. */
  readonly writer: string;
  readonly crypto: Pick<Crypto, "crc32">;
  /** Takes each line in the order of time, the header first. */
  readonly onLine: (line: TraceLine) => void;
}

/** Turns a simulated run into the lines of a trace while it goes. */
export function recorderOf({ seed, writer, crypto, onLine }: RecorderOptions): SimulationObserver {
  const nodes = new Map<string, StepTrace>();
  return {
    onBegin: (names) => {
      for (const node of names) nodes.set(node, new StepTrace({ node, crypto }));
      const members = Object.fromEntries(names.map((name, index) => [index + 1, name]));
      onLine({ type: "trace", version: TRACE_VERSION, writer, seed, members, at: 0 });
    },
    onStep: (atMs, node, step) => {
      const line = nodes.get(node)?.record(step, atMs);
      if (line !== undefined) onLine(line);
    },
    onEvent: ({ atMs, who, kind, detail }) => {
      onLine({ type: "event", at: Math.round(atMs * 1000) / 1000, who, kind, detail });
    },
  };
}
