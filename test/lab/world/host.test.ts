import t from "tap";
import { Host } from "../../../src/lab/world/host.ts";
import { Scheduler } from "../../../src/lab/world/scheduler.ts";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";

interface Bench {
  readonly host: Host;
  readonly run: (untilMs: number) => Promise<void>;
  readonly scheduler: Scheduler;
}

function bench(clockRate = 1): Bench {
  const scheduler = new Scheduler();
  const host = new Host({
    name: "n1",
    scheduler,
    random: new SeededRandom(1),
    clockRate,
    usesPromises: () => false,
    onKilled: () => undefined,
  });
  const run = (untilMs: number): Promise<void> =>
    scheduler.run(
      untilMs,
      () => Promise.resolve(),
      () => false,
    );
  return { host, run, scheduler };
}

t.test("a paused process finds its clock gone on, and its timers overdue", async (t) => {
  const { host, run } = bench();
  let firedMs = Number.NaN;
  host.start(() => host.after(100, () => (firedMs = host.nowMs())));
  const startMs = host.nowMs();
  await run(50);
  host.pause();
  await run(1000);
  t.ok(Number.isNaN(firedMs), "nothing runs meanwhile");
  host.resume();
  await run(1001);
  t.equal(firedMs - startMs, 1000);
});

t.test("a suspended machine's clock stands still, and its timers lack that time", async (t) => {
  const { host, run } = bench();
  const fired: number[] = [];
  host.start(() => {
    host.after(100, () => fired.push(host.nowMs()));
    host.after(5000, () => fired.push(host.nowMs()));
  });
  const startMs = host.nowMs();
  await run(40);
  host.suspend();
  await run(1040);
  t.equal(host.nowMs() - startMs, 40);
  host.resume();
  await run(1090);
  t.strictSame(fired, [], "neither is due yet by its own clock");
  await run(10_000);
  const [first = 0, second = 0] = fired.map((ms) => ms - startMs);
  t.ok(first >= 100 && first <= 101, `${first} ms on its own clock`);
  t.ok(second >= 5000 && second <= 5001, `${second} ms on its own clock`);
});

t.test("a timer that was put off by a suspension can still be cancelled", async (t) => {
  const { host, run } = bench();
  let hasFired = false;
  let cancel = (): void => undefined;
  host.start(() => {
    const timer = host.after(100, () => (hasFired = true));
    cancel = () => timer.cancel();
  });
  await run(40);
  host.suspend();
  await run(500);
  host.resume();
  cancel();
  await run(2000);
  t.notOk(hasFired);
});

t.test("nothing of a process runs that was killed while its machine was suspended", async (t) => {
  const { host, run } = bench();
  let fired = 0;
  host.start(() => host.every(10, () => fired++));
  await run(5);
  host.suspend();
  await run(100);
  host.kill();
  t.equal(host.state, "down");
  await run(1000);
  t.equal(fired, 0);
  host.start(() => undefined);
  t.equal(host.state, "running", "the next one starts on a machine that goes on");
});

t.test("a clock that leaps takes no timer along", async (t) => {
  const { host, run } = bench();
  let hasFired = false;
  host.start(() => host.after(1000, () => (hasFired = true)));
  const startMs = host.nowMs();
  host.leap(3000);
  t.equal(host.nowMs() - startMs, 3000);
  await run(900);
  t.notOk(hasFired);
  await run(1100);
  t.ok(hasFired);
});

t.test("a clock that runs fast has its timers fire early", async (t) => {
  const { host, run } = bench(2);
  let hasFired = false;
  host.start(() => host.after(1000, () => (hasFired = true)));
  await run(499);
  t.notOk(hasFired);
  await run(502);
  t.ok(hasFired);
});
