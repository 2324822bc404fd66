import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { openSdNotify } from "../../src/io/sd-notify.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-notify-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));
const heard = join(dir, "heard");

/** Puts a program of the name in front of the real one: it writes down what it was given, and by whom. */
function fakeProgram(more: string): void {
  const path = join(dir, "systemd-notify");
  writeFileSync(path, `#!/bin/sh\nprintf '%s|%s|%s\\n' "$NOTIFY_SOCKET" "$#" "$1" >> '${heard}'\n${more}\n`);
  chmodSync(path, 0o755);
  writeFileSync(heard, "");
}

const ENVIRONMENT = { NOTIFY_SOCKET: "/run/a b", PATH: `${dir}:${process.env["PATH"] ?? ""}` };

async function linesHeard(count: number): Promise<readonly string[]> {
  for (;;) {
    const lines = readFileSync(heard, "utf8").split("\n").slice(0, -1);
    if (lines.length >= count) return lines;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

t.test("nobody is told anything where nobody wants to hear it", async (t) => {
  t.equal(openSdNotify({}, 1), undefined);
  t.equal(openSdNotify({ NOTIFY_SOCKET: "" }, 1), undefined);
});

t.test("assignments reach systemd-notify whole, one at a time and in order", async (t) => {
  fakeProgram("");
  const manager = openSdNotify(ENVIRONMENT, 1);
  manager?.notify("READY=1");
  manager?.notify("STATUS=$HOME \\n `x` 'n1'\nfollows n2 ");
  manager?.notify("WATCHDOG=1");
  t.same(await linesHeard(3), [
    "/run/a b|1|READY=1",
    "/run/a b|1|STATUS=$HOME \\n `x` 'n1' follows n2 ",
    "/run/a b|1|WATCHDOG=1",
  ]);
});

t.test("a helper that is killed is replaced by the next assignment", async (t) => {
  fakeProgram('[ "$1" != STATUS=last ] || kill -9 $PPID');
  const manager = openSdNotify(ENVIRONMENT, 1);
  manager?.notify("STATUS=last");
  await linesHeard(1);
  // What is written to a helper that is ending is lost: it is told again, as a watchdog is.
  const again = setInterval(() => manager?.notify("WATCHDOG=1"), 10);
  t.equal((await linesHeard(2))[1], "/run/a b|1|WATCHDOG=1");
  clearInterval(again);
});

t.test("a watchdog is told only by the process that it watches", async (t) => {
  const watched = (more: Record<string, string>): number | undefined =>
    openSdNotify({ NOTIFY_SOCKET: "/run/n", ...more }, 42)?.watchdogMs;
  t.equal(watched({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "42" }), 30_000);
  t.equal(watched({ WATCHDOG_USEC: "30000000" }), 30_000);
  t.equal(watched({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "43" }), undefined);
  for (const micros of ["", "0", "-1", "soon"]) t.equal(watched({ WATCHDOG_USEC: micros }), undefined);
  t.equal(watched({}), undefined);
});
