import t from "tap";
import { cellOf, median } from "../../bench/cluster/cell.ts";
import type { Window } from "../../bench/cluster/generator.ts";
import { cellTable } from "../../bench/cluster/table.ts";

function windowOf(tput: number, more: Partial<Window> = {}): Window {
  return {
    line: {
      op: "put",
      outstanding: 64,
      conns: 1,
      secs: 2,
      ops: tput * 2,
      errors: 1,
      tput,
      p50: 1,
      p99: tput / 1000,
      p999: 3,
      max: tput / 100,
    },
    serverCpuUs: tput * 2 * 30,
    clientCpuUs: tput * 2 * 5,
    otherCpuUs: 1e6,
    bytesWritten: tput * 2 * 900,
    ...more,
  };
}

t.test("a median is the value in the middle, or half-way between the two there", async (t) => {
  t.equal(median([10, 9, 100]), 10);
  t.equal(median([4, 1, 3, 2]), 2.5);
  t.throws(() => median([]), { name: "AssertionError" });
});

t.test("a cell shows medians of its windows, costs per operation, and how far they lie apart", async (t) => {
  const cell = cellOf([windowOf(1000), windowOf(4000), windowOf(2000)]);
  t.strictSame(cell, {
    op: "put",
    outstanding: 64,
    opsPerSecond: 2000,
    p50Ms: 1,
    p99Ms: 2,
    p999Ms: 3,
    maxMs: 40,
    serverCpuUsPerOp: 30,
    clientCpuUsPerOp: 5,
    bytesWrittenPerOp: 900,
    otherCpus: 0.5,
    errors: 3,
    rounds: 3,
    spread: 1.5,
  });
});

t.test("the table's columns line up", async (t) => {
  const lines = cellTable([cellOf([windowOf(1)]), cellOf([windowOf(123_456)])]).split("\n");
  t.equal(lines.length, 4);
  t.equal(new Set(lines.map((line) => line.length)).size, 1);
  t.match(lines[3], /123,456/);
});
