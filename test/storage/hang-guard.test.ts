import t from "tap";
import type { Timers } from "../../src/base/seams.ts";
import { HangGuard } from "../../src/storage/hang-guard.ts";
import { fatal } from "../contract/storage-fixture.ts";

t.test("a commit older than ten seconds ends the process, a younger one does not", async (t) => {
  let tick = (): void => undefined;
  let cancelled = false;
  const timers: Timers = {
    after: () => ({ cancel: () => undefined }),
    every: (_periodMs, action) => {
      tick = action;
      return { cancel: () => (cancelled = true) };
    },
    soon: () => undefined,
  };
  const guard = new HangGuard(timers, fatal, "log");
  const seconds = (count: number): void => {
    for (let second = 0; second < count; second++) tick();
  };
  seconds(60);
  for (let commit = 0; commit < 5; commit++) {
    guard.begin();
    seconds(9);
    guard.end();
    seconds(9);
  }
  guard.begin();
  seconds(9);
  t.throws(() => tick(), { message: /the disk hangs/ });
  guard.stop();
  t.ok(cancelled);
});
