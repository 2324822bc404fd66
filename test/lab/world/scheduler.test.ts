import t from "tap";
import { Scheduler } from "../../../src/lab/world/scheduler.ts";

const settled = async (): Promise<void> => undefined;

async function run(scheduler: Scheduler, untilMs: number): Promise<void> {
  await scheduler.run(untilMs, settled, () => false);
}

t.test("everything happens by time, and at one time in the order in which it was scheduled", async (t) => {
  const scheduler = new Scheduler();
  const seen: string[] = [];
  const note = (what: string) => (): void => void seen.push(`${scheduler.nowMs} ${what}`);
  scheduler.at(5, () => {
    note("a")();
    // Scheduled in this moment for this moment: after what was scheduled for it before.
    scheduler.after(0, note("d"));
    scheduler.at(5, () => {
      note("e")();
      scheduler.after(0, note("f"));
    });
  });
  scheduler.at(5, note("b"));
  scheduler.at(7, note("g"));
  scheduler.at(5, note("c"));
  await run(scheduler, 6);
  t.same(seen, ["5 a", "5 b", "5 c", "5 d", "5 e", "5 f"]);
  t.equal(scheduler.nowMs, 6);
  scheduler.at(1, note("late")).cancel();
  scheduler.at(1, note("at once"));
  await run(scheduler, 10);
  t.same(seen.slice(6), ["6 at once", "7 g"]);
  t.equal(scheduler.executed, 8);
});

t.test("a thousand things in any order", async (t) => {
  const scheduler = new Scheduler();
  const seen: number[] = [];
  for (let index = 0; index < 1000; index++) {
    const atMs = (index * 7919) % 101;
    scheduler.at(atMs, () => {
      seen.push(atMs);
      if (index % 3 === 0) scheduler.after(0, () => seen.push(atMs));
    });
  }
  await run(scheduler, 200);
  t.equal(seen.length, 1334);
  t.ok(seen.every((atMs, index) => index === 0 || (seen[index - 1] ?? 0) <= atMs));
});

t.test("it stops when it is told to, and goes on where it was", async (t) => {
  const scheduler = new Scheduler();
  const seen: string[] = [];
  scheduler.at(1, () => {
    seen.push("first");
    scheduler.after(0, () => seen.push("second"));
  });
  await scheduler.run(5, settled, () => seen.length === 1);
  t.same(seen, ["first"]);
  t.equal(scheduler.nowMs, 1, "what is left is not overtaken by time");
  await run(scheduler, 5);
  t.same(seen, ["first", "second"]);
});
