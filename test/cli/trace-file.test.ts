import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { TraceFile } from "../../src/cli/trace-file.ts";
import { parseTraceLine, type TraceLine } from "../../src/node/trace-line.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-trace-file-test-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));

const troubles: string[] = [];
const DEPS = { nowMs: () => 7, onTrouble: ({ message }: Error) => void troubles.push(message) };

function event(number: number): TraceLine {
  return { type: "event", at: number, who: "n1", kind: "tested", detail: "x".repeat(100) };
}

function linesOf(path: string): readonly TraceLine[] {
  const texts = readFileSync(path, "utf8").trimEnd().split("\n");
  return texts.map((text) => {
    const line = parseTraceLine(text);
    if ("reason" in line) throw new Error(`${line.reason}: ${text}`);
    return line;
  });
}

t.test("every line is there after close, in order, behind what the file had", async (t) => {
  const path = join(dir, "all");
  for (const from of [0, 5000]) {
    const file = new TraceFile(path, DEPS);
    for (let number = from; number < from + 5000; number++) file.add(event(number));
    await file.close();
  }
  t.strictSame(
    linesOf(path).map(({ at }) => at),
    Array.from({ length: 10_000 }, (_, number) => number),
  );
});

t.test("a line that a killed process left unfinished stays by itself", async (t) => {
  const path = join(dir, "torn");
  writeFileSync(path, '{"type":"ev');
  const file = new TraceFile(path, DEPS);
  file.add(event(1));
  await file.close();
  t.match(readFileSync(path, "utf8"), /^\{"type":"ev\n\{"type":"event".*\n$/);
});

t.test("what finds no room is dropped and counted, and nobody waits", async (t) => {
  const path = join(dir, "dropping");
  const file = new TraceFile(path, DEPS, 2000);
  for (let number = 0; number < 50; number++) file.add(event(number));
  await new Promise((resolve) => setTimeout(resolve, 300));
  file.add(event(50));
  await file.close();
  const lines = linesOf(path);
  const kept = lines.filter(({ type }) => type === "event").length;
  t.ok(kept >= 2 && kept < 50, `${kept} kept`);
  t.strictSame(
    lines.filter(({ type }) => type === "dropped"),
    [{ type: "dropped", at: 7, count: 51 - kept }],
  );
  t.equal(lines.at(-1)?.at, 50, "it goes on once there is room");
});

t.test("last words are on their way when the call returns", async (t) => {
  const path = join(dir, "last");
  const file = new TraceFile(path, DEPS);
  file.add(event(1));
  file.flushNow();
  t.equal(linesOf(path).length, 1);
  await file.close();
});

t.test("a file that takes no more is given up, once and aloud", async (t) => {
  const file = new TraceFile("/dev/full", DEPS);
  for (let number = 0; number < 5000; number++) file.add(event(number));
  await file.close();
  file.add(event(1));
  t.equal(troubles.length, 1);
  t.match(troubles[0], /ENOSPC/);
  t.throws(() => new TraceFile(join(dir, "absent", "file"), DEPS), { code: "ENOENT" });
});
