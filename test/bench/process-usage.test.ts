import t from "tap";
import {
  machineCpuUs,
  parseBytesWritten,
  parseCpuUs,
  parseMachineCpuUs,
  usageOf,
} from "../../bench/cluster/process-usage.ts";

t.test("CPU time is user and system time, whatever the program calls itself", async (t) => {
  const rest = "S 1 42 42 0 -1 4194304 100 0 0 0 250 50 7 9 20 0 11 0 1000 1 2";
  t.equal(parseCpuUs(`42 (kvd) ${rest}`), 3_000_000);
  t.equal(parseCpuUs(`42 (a) R 1 (b) ${rest}`), 3_000_000);
});

t.test("bytes written are those that reach storage", async (t) => {
  const io =
    "rchar: 9\nwchar: 8\nsyscr: 7\nsyscw: 6\nread_bytes: 5\nwrite_bytes: 8192\ncancelled_write_bytes: 3\n";
  t.equal(parseBytesWritten(io), 8192);
});

t.test("the machine's CPU time leaves out idle, iowait and what guests used a second time", async (t) => {
  t.equal(parseMachineCpuUs("cpu  1 2 4 1000 2000 8 16 32 64 128\ncpu0 9 9 9 9\n"), 63 * 10_000);
});

t.test("this process's own usage can be read", async (t) => {
  const usage = usageOf([process.pid]);
  t.ok(usage.cpuUs > 0);
  t.ok(Number.isInteger(usage.bytesWritten));
  t.ok(machineCpuUs() >= usage.cpuUs);
});
