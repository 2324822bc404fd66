import t from "tap";
import { prefixEnd } from "../../src/base/bytes.ts";
import { EVENTS_PER_TURN_MAX, WATCHES_MAX, Watches } from "../../src/node/watches.ts";
import type { LinkId } from "../../src/transport/service.ts";
import type { ReplyBody, WatchRequest } from "../../src/wire/client-messages.ts";
import { text } from "../kv/test-state.ts";
import { EventLog } from "./event-log.ts";

type Page = Extract<ReplyBody, { kind: "events" }>;

const LINK = 1 as LinkId;

/** A hub over a log in memory, and what it has answered, by the id of the request. */
class Bench {
  readonly log = new EventLog();
  readonly answers = new Map<number, ReplyBody>();
  isLed = true;
  readonly hub: Watches;
  #lastId = 0;

  constructor(log?: (log: EventLog) => void) {
    log?.(this.log);
    this.hub = new Watches({
      events: this.log,
      answer: (origin, body) => void this.answers.set(origin.id, body),
      isLed: () => this.isLed,
    });
  }

  watch(request: Partial<WatchRequest>, nowMs = 0, link = LINK) {
    const id = ++this.#lastId;
    const whole: WatchRequest = {
      kind: "watch",
      id,
      timeoutMs: 1,
      start: text(""),
      end: undefined,
      from: this.log.revision + 1,
      skip: 0,
      previous: false,
      limit: 1000,
      bytesMax: 1_000_000,
      waitMs: 100,
      consistency: { level: "linearizable" },
      ...request,
    };
    const refused = this.hub.add({ link, id }, whole, nowMs);
    return { id, refused };
  }

  /** What was answered, as `key@revision`, a delete with a minus, and then `>next+skip`. */
  told(id: number): string | undefined {
    const answer = this.answers.get(id);
    if (answer === undefined) return undefined;
    if (answer.kind === "failure") return `${answer.failure.code} ${answer.failure.oldest ?? ""}`.trim();
    const { events, next, skip } = answer as Page;
    const shown = events.map((event) => {
      const sign = event.record === undefined ? "-" : "";
      return `${sign}${Buffer.from(event.key)}@${event.revision}`;
    });
    return [...shown, `>${next}${skip === 0 ? "" : `+${skip}`}`].join(" ");
  }
}

function prefix(start: string) {
  return { start: text(start), end: prefixEnd(text(start)) };
}

function one(key: string) {
  return { start: text(key), end: text(`${key}\0`) };
}

t.test("each watch is told what changes in its interval, and nothing else", async (t) => {
  const bench = new Bench();
  const key = bench.watch(one("a/1"));
  const under = bench.watch(prefix("a/"));
  const other = bench.watch(prefix("b/"));
  const all = bench.watch({});
  bench.hub.run(0);
  t.equal(bench.answers.size, 0);
  bench.log.change("a/1", "a/2");
  bench.log.change("-a/2", "c");
  bench.hub.run(1);
  t.equal(bench.told(key.id), "a/1@1 >3");
  t.equal(bench.told(under.id), "a/1@1 a/2@1 -a/2@2 >3");
  t.equal(bench.told(all.id), "a/1@1 a/2@1 -a/2@2 c@2 >3");
  t.equal(bench.told(other.id), undefined);
  t.equal(bench.hub.count, 1, "whoever was answered waits no longer");
  bench.log.change("a/1");
  bench.hub.run(2);
  t.equal(bench.told(key.id), "a/1@1 >3", "and is answered once");
  bench.hub.expire(100);
  t.equal(bench.told(other.id), ">4", "when time is up, where it stands");
  t.equal(bench.hub.count, 0);
});

t.test("a watch of the past gets what there is at once, and page after page the whole", async (t) => {
  const bench = new Bench((log) => {
    for (let index = 0; index < 10; index++) log.change("a", "b", "x");
  });
  const seen: string[] = [];
  let from = 3;
  let skip = 0;
  while (from <= 10) {
    const { id } = bench.watch({ ...prefix("a"), end: text("c"), from, skip, limit: 3 });
    bench.hub.run(0);
    const page = bench.answers.get(id) as Page;
    t.ok(page.events.length <= 3);
    for (const event of page.events) seen.push(`${Buffer.from(event.key)}${event.revision}`);
    ({ next: from, skip } = page);
  }
  const wanted = [3, 4, 5, 6, 7, 8, 9, 10].flatMap((revision) => [`a${revision}`, `b${revision}`]);
  t.strictSame(seen, wanted);
});

t.test("a page is cut by bytes too, inside a revision if need be, and always has an event", async (t) => {
  const bench = new Bench((log) => log.change("a", "b", "c"));
  const first = bench.watch({ from: 1, bytesMax: 1 });
  const second = bench.watch({ from: 1, skip: 1, bytesMax: 150 });
  bench.hub.run(0);
  t.equal(bench.told(first.id), "a@1 >1+1");
  t.equal(bench.told(second.id), "b@1 c@1 >2");
  const live = bench.watch({ bytesMax: 1 });
  bench.hub.run(0);
  bench.log.change("d", "e");
  bench.hub.run(0);
  t.equal(bench.told(live.id), "d@2 >2+1", "a live one as well");
  const small = bench.watch({ bytesMax: 200 });
  bench.hub.run(0);
  bench.log.change("d", "e".repeat(200), "f");
  bench.hub.run(0);
  t.equal(bench.told(small.id), "d@3 >3+1", "and nothing that would fit is told before what did not");
});

t.test("a revision of very many changes is looked at whole", async (t) => {
  const keys = Array.from({ length: 1500 }, (_, index) => `x/${index}`);
  const bench = new Bench((log) => log.change(...keys, "a"));
  bench.log.change(...keys);
  const { id } = bench.watch({ from: 1, ...one("a") });
  const none = bench.watch({ from: 1, ...one("none"), waitMs: 10 });
  for (let turn = 0; turn < 5; turn++) bench.hub.run(0);
  t.equal(bench.told(id), "a@1 >2");
  bench.hub.expire(10);
  t.equal(bench.told(none.id), ">3");
});

t.test("a watch from a revision that is still to come hears nothing earlier", async (t) => {
  const bench = new Bench();
  const { id } = bench.watch({ from: 3, skip: 1 });
  bench.hub.run(0);
  bench.log.change("a");
  bench.hub.run(0);
  bench.log.change("a");
  bench.hub.run(0);
  t.equal(bench.told(id), undefined);
  bench.log.change("a", "b", "c");
  bench.hub.run(0);
  t.equal(bench.told(id), "b@3 c@3 >4", "and not what it had of that one");
});

t.test("what was there before is told to those that ask for it, as far as it is known", async (t) => {
  const bench = new Bench((log) => {
    log.change("a");
    log.change("b");
    log.compacted = 1;
  });
  const with_ = bench.watch({ previous: true });
  const without = bench.watch({});
  bench.hub.run(0);
  bench.log.change("a", "-b", "c");
  bench.log.change("-a");
  bench.hub.run(0);
  const values = (id: number) =>
    (bench.answers.get(id) as Page).events.map(
      ({ previous }) => previous && Number(Buffer.from(previous.value)),
    );
  t.strictSame(values(with_.id), [undefined, 2, undefined, 3]);
  t.strictSame(values(without.id), [undefined, undefined, undefined, undefined]);
  const past = bench.watch({ previous: true, from: 3 });
  bench.hub.run(0);
  t.strictSame(values(past.id), [undefined, 2, undefined, 3]);
});

t.test("what is forgotten is refused with the oldest revision, whenever it was forgotten", async (t) => {
  const bench = new Bench((log) => {
    for (let index = 0; index < 5; index++) log.change("a");
    log.compacted = 2;
  });
  t.match(bench.watch({ from: 2 }).refused, { code: "compacted", oldest: 3, retryable: false });
  const taken = bench.watch({ from: 3, ...one("none") });
  bench.log.compacted = 4;
  bench.hub.run(0);
  t.equal(bench.told(taken.id), "compacted 5", "before it was led on");
  const live = bench.watch({ from: 6 });
  const later = bench.watch({ from: 9 });
  bench.hub.run(0);
  bench.log.change("a");
  bench.log.compacted = 6;
  bench.hub.run(0);
  t.equal(bench.told(live.id), "compacted 7", "in the turn in which it happened");
  t.equal(bench.told(later.id), undefined);
});

t.test("old events are looked at a few at a time, and everybody has a turn", async (t) => {
  const bench = new Bench((log) => {
    for (let index = 0; index < 5000; index++) log.change("x");
    log.change("a");
  });
  const slow = Array.from({ length: 6 }, () => bench.watch({ from: 1, ...one("a") }));
  const quick = bench.watch({ from: 5001 });
  let turns = 0;
  for (let more = true; more; turns++) {
    const before = bench.log.looked;
    more = bench.hub.run(0);
    t.ok(bench.log.looked - before <= EVENTS_PER_TURN_MAX + 600, "a bounded number");
    if (turns === 3) t.equal(bench.told(quick.id), "a@5001 >5002", "the others are not waited for");
  }
  for (const { id } of slow) t.equal(bench.told(id), "a@5001 >5002");
  t.ok(turns > 10);
  const due = bench.watch({ from: 1, ...one("none"), waitMs: 10 }, 0);
  bench.hub.run(0);
  bench.hub.expire(10);
  t.match(bench.told(due.id), /^>[1-9]\d\d$/, "time is up for one behind, too: it goes on from there");
});

t.test("a change costs its own watches alone", async (t) => {
  const bench = new Bench();
  for (let index = 0; index < 3000; index++) bench.watch(one(`key/${index}`));
  for (let turns = 0; turns < 10; turns++) bench.hub.run(0);
  bench.log.change("key/7");
  bench.log.looked = 0;
  bench.hub.run(0);
  t.equal(bench.log.looked, 1);
  t.equal(bench.answers.size, 1);
  t.equal(bench.hub.count, 2999);
});

t.test("a node that knows no leader does not claim that nothing happened", async (t) => {
  const bench = new Bench();
  const cut = bench.watch({});
  bench.hub.run(0);
  bench.isLed = false;
  bench.log.change("a");
  const told = bench.watch({ from: 1 });
  bench.hub.run(0);
  t.equal(bench.told(told.id), "a@1 >2", "what it knows it tells");
  t.equal(bench.told(cut.id), "a@1 >2");
  const late = bench.watch({});
  bench.hub.run(0);
  bench.hub.expire(1000);
  t.equal(bench.told(late.id), "no_leader");
});

t.test("their number is bounded", async (t) => {
  const bench = new Bench();
  for (let index = 0; index < WATCHES_MAX; index++) bench.watch(one("a"));
  t.match(bench.watch({}).refused, { code: "overloaded", retryable: true });
});

t.test("who asked over a link that is down is waited for no longer", async (t) => {
  const bench = new Bench((log) => log.change("a"));
  const gone = 2 as LinkId;
  const kept = bench.watch({});
  bench.watch({}, 0, gone);
  bench.watch(one("b"), 0, gone);
  bench.hub.run(0);
  bench.watch({ from: 1 }, 0, gone);
  t.equal(bench.hub.count, 4);
  bench.hub.dropLink(gone);
  t.equal(bench.hub.count, 1, "those that catch up and those that have seen everything");
  bench.log.change("b");
  bench.hub.run(1);
  t.strictSame([...bench.answers.keys()], [kept.id], "nothing is sent there");
});

t.test("a watch that does not want to wait is answered in its own turn", async (t) => {
  const bench = new Bench();
  const { id } = bench.watch({ waitMs: 0 }, 5);
  bench.hub.run(5);
  t.equal(bench.told(id), ">1");
});

t.test("a watch that is given up waits no longer, wherever it has come to; the others do", async (t) => {
  const bench = new Bench((log) => {
    for (let count = 0; count <= EVENTS_PER_TURN_MAX; count++) log.change("b");
  });
  const other = 2 as LinkId;
  const live = bench.watch(prefix("a/"));
  const sibling = bench.watch(prefix("a/"));
  bench.hub.run(0);
  const fresh = bench.watch(prefix("a/"));
  const behind = bench.watch({ ...prefix("a/"), from: 1 });
  const foreign = bench.watch(prefix("a/"), 0, other);
  t.ok(bench.hub.run(0), "one is led through what is old");
  const cancel = (id: number, link = LINK): number => {
    bench.hub.cancel({ link, id });
    return bench.hub.count;
  };
  t.equal(bench.hub.count, 5);
  t.equal(cancel(foreign.id), 5, "the id is another link's");
  t.equal(cancel(live.id, other), 5);
  t.equal(cancel(99), 5, "nobody asked so");
  t.equal(cancel(live.id), 4);
  t.equal(cancel(live.id), 4, "a second time is harmless");
  t.equal(cancel(behind.id), 3);
  t.equal(cancel(fresh.id), 2);
  while (bench.hub.run(0));
  bench.log.change("a/1");
  bench.hub.run(1);
  bench.hub.expire(1_000);
  t.same([...bench.answers.keys()].sort(), [sibling.id, foreign.id]);
  t.equal(cancel(sibling.id), 0, "too late is harmless, too");
});

t.test("a question under the id of another one takes its place", async (t) => {
  const bench = new Bench();
  const first = bench.watch(one("a"));
  bench.hub.run(0);
  const origin = { link: LINK, id: first.id };
  const request = { timeoutMs: 1, skip: 0, previous: false, limit: 10, bytesMax: 1_000, waitMs: 100 };
  bench.hub.add(
    origin,
    { kind: "watch", id: first.id, ...one("b"), from: 1, consistency: { level: "linearizable" }, ...request },
    0,
  );
  t.equal(bench.hub.count, 1);
  bench.log.change("a");
  bench.hub.run(1);
  t.equal(bench.told(first.id), undefined);
  bench.log.change("b");
  bench.hub.run(2);
  t.equal(bench.told(first.id), "b@2 >3");
});
