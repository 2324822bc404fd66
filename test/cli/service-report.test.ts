import t from "tap";
import type { Slot } from "../../src/base/ids.ts";
import type { Timer, Timers } from "../../src/base/seams.ts";
import { type ReportedStatus, ServiceReport } from "../../src/cli/service-report.ts";

/** Time that passes when it is told to. */
class ManualTime implements Timers {
  #nowMs = 1_000;
  readonly #repeated: { readonly periodMs: number; dueMs: number; readonly action: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  after(): Timer {
    throw new Error("not asked for");
  }

  soon(): void {
    throw new Error("not asked for");
  }

  every(periodMs: number, action: () => void): Timer {
    this.#repeated.push({ periodMs, dueMs: this.#nowMs + periodMs, action });
    return { cancel: () => undefined };
  }

  pass(ms: number): void {
    for (const endMs = this.#nowMs + ms; this.#nowMs < endMs; ) {
      this.#nowMs += 100;
      for (const timer of this.#repeated) {
        if (timer.dueMs > this.#nowMs) continue;
        timer.dueMs += timer.periodMs;
        timer.action();
      }
    }
  }
}

const LEADER = { name: "n2", host: "127.0.0.1", port: 7402 };
const status = (more: Partial<ReportedStatus> = {}): ReportedStatus => ({
  name: "n1",
  role: "follower",
  serving: false,
  leader: undefined,
  chosen: 50 as Slot,
  applied: 50 as Slot,
  alarms: [],
  ...more,
});

function reporting(watchdogMs?: number) {
  const time = new ManualTime();
  const told: string[] = [];
  const manager = { watchdogMs, notify: (assignment: string) => void told.push(assignment) };
  const report = new ServiceReport({ manager, clock: time, timers: time });
  /** What was said since the last time, without pings. */
  const news = (): readonly string[] => told.splice(0);
  return { time, report, news };
}

t.test("a node is ready once it listens, whether or not there is a leader", async (t) => {
  const { report, news } = reporting();
  t.same(news(), ["EXTEND_TIMEOUT_USEC=60000000", "STATUS=opening the data directory"]);
  report.listening(() => status());
  t.same(news(), ["STATUS=n1 has no leader: a majority of the members must answer, in step", "READY=1"]);
});

t.test("a long start asks for more time as long as it goes on, and is ready at its end", async (t) => {
  const { time, report, news } = reporting();
  news();
  time.pass(25_000);
  t.same(news(), ["EXTEND_TIMEOUT_USEC=60000000", "EXTEND_TIMEOUT_USEC=60000000"], "the directory is large");
  let applied = 0;
  // The rest of what others have chosen meanwhile is no part of the start.
  const chosen = (): number => (applied === 0 ? 5_000 : 90_000);
  report.listening(() => status({ applied: applied as Slot, chosen: chosen() as Slot }));
  for (let second = 0; second < 24; second++) {
    applied += 200;
    time.pass(1_000);
  }
  const replaying = news();
  t.notOk(replaying.includes("READY=1"));
  t.equal(replaying.filter((text) => text.startsWith("EXTEND")).length, 2);
  t.ok(replaying.includes("STATUS=replaying the log: slot 600 of 5000"), replaying.join("\n"));
  applied += 200;
  time.pass(1_000);
  t.equal(news().at(-1), "READY=1");
});

t.test("a replay that waits for other members does not hold up the start", async (t) => {
  const { time, report, news } = reporting();
  report.listening(() => status({ applied: 10 as Slot }));
  t.notOk(news().includes("READY=1"));
  time.pass(6_000);
  t.ok(news().includes("READY=1"));
});

t.test(
  "the status changes with role, leader, lag and alarms, and not more often than every few seconds",
  async (t) => {
    const { time, report, news } = reporting();
    let now = status({ leader: LEADER });
    report.listening(() => now);
    news();
    now = status({ role: "candidate", leader: LEADER });
    time.pass(1_000);
    t.same(news(), [], "so soon nothing is said");
    now = status({ role: "leader", serving: true, leader: LEADER });
    time.pass(3_000);
    t.same(news(), ["STATUS=n1 leads, in step"]);
    now = status({ role: "leader", serving: true, leader: LEADER, chosen: 800 as Slot });
    time.pass(10_000);
    t.same(news(), [], "what moves all the time is no news");
    now = status({ leader: LEADER, chosen: 12_345 as Slot, alarms: ["n3 is a stranger"] });
    time.pass(3_000);
    t.same(news(), ["STATUS=n1 follows n2, 12000 slots behind; alarms: n3 is a stranger"]);
  },
);

t.test(
  "the watchdog hears of the event loop three times in its span, from before the start is done",
  async (t) => {
    const { time, news } = reporting(30_000);
    time.pass(30_000);
    t.equal(news().filter((text) => text === "WATCHDOG=1").length, 3);
  },
);

t.test("a stop is told, and nothing but the watchdog's ping after it", async (t) => {
  const { time, report, news } = reporting(30_000);
  let now = status({ leader: LEADER });
  report.listening(() => now);
  news();
  report.stopping();
  t.same(news(), ["STOPPING=1", "STATUS=handing over and closing"]);
  now = status({ role: "candidate" });
  time.pass(10_000);
  t.same(news(), ["WATCHDOG=1"]);
});
