import { assert } from "../../src/base/assert.ts";
import type { Window } from "./generator.ts";
import type { Op } from "./plan.ts";

/** One op at one count of outstanding requests: medians over its windows. */
export interface Cell {
  readonly op: Op;
  readonly outstanding: number;
  readonly opsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** The largest of all windows. */
  readonly maxMs: number;
  readonly serverCpuUsPerOp: number;
  readonly clientCpuUsPerOp: number;
  readonly bytesWrittenPerOp: number;
  /** Cores that other work on the machine kept busy: above 0.1 or so the figures are not to be trusted. */
  readonly otherCpus: number;
  /** Of all windows together. */
  readonly errors: number;
  readonly rounds: number;
  /** (largest - smallest) / median of the windows' operations per second. */
  readonly spread: number;
}

/** The cell of one or more windows of the same load. */
export function cellOf(windows: readonly Window[]): Cell {
  const [first] = windows;
  assert(first !== undefined, "a cell has a window");
  const over = (value: (window: Window) => number): number => median(windows.map(value));
  const perOp = (value: (window: Window) => number): number =>
    round(
      over((window) => value(window) / Math.max(1, window.line.ops)),
      2,
    );
  const rates = windows.map(({ line }) => line.tput);
  const opsPerSecond = median(rates);
  return {
    op: first.line.op,
    outstanding: first.line.outstanding,
    opsPerSecond: Math.round(opsPerSecond),
    p50Ms: over(({ line }) => line.p50),
    p99Ms: over(({ line }) => line.p99),
    p999Ms: over(({ line }) => line.p999),
    maxMs: Math.max(...windows.map(({ line }) => line.max)),
    serverCpuUsPerOp: perOp(({ serverCpuUs }) => serverCpuUs),
    clientCpuUsPerOp: perOp(({ clientCpuUs }) => clientCpuUs),
    bytesWrittenPerOp: perOp(({ bytesWritten }) => bytesWritten),
    otherCpus: round(
      over(({ otherCpuUs, line }) => otherCpuUs / 1e6 / line.secs),
      2,
    ),
    errors: windows.reduce((sum, { line }) => sum + line.errors, 0),
    rounds: windows.length,
    spread: opsPerSecond === 0 ? 0 : round((Math.max(...rates) - Math.min(...rates)) / opsPerSecond, 3),
  };
}

/** Of one value at least; the mean of the two in the middle when their count is even. */
export function median(values: readonly number[]): number {
  assert(values.length > 0, "a median needs a value");
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
