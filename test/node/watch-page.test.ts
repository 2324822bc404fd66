import t from "tap";
import type { KeyEvent } from "../../src/kv/event.ts";
import { eventBytes, WatchPage } from "../../src/node/watch-page.ts";
import { text } from "../kv/test-state.ts";

function event(key: string, revision: number): KeyEvent {
  return { key: text(key), revision, record: undefined, previousRevision: 0 };
}

function shown(page: WatchPage): string {
  const answer = page.answer();
  if (answer.kind !== "events") return answer.kind;
  const keys = answer.events.map((one) => `${Buffer.from(one.key)}${one.revision}`);
  return `${keys.join(" ")} >${answer.next}+${answer.skip}`;
}

t.test("a page stands after the last event that is in it, and goes on there", async (t) => {
  const page = new WatchPage({ from: 3, skip: 1 }, { events: 3, bytes: 10_000 });
  t.ok(page.offer(event("a", 2), undefined), "too early");
  t.ok(page.offer(event("a", 3), undefined), "had before");
  t.ok(page.isEmpty);
  t.equal(shown(page), " >3+1");
  t.ok(page.offer(event("b", 3), undefined));
  t.equal(shown(page), "b3 >3+2");
  page.passed(3);
  t.equal(shown(page), "b3 >4+0");
  page.passed(2);
  t.ok(page.offer(event("a", 6), undefined));
  t.ok(page.offer(event("b", 6), undefined));
  t.equal(shown(page), "b3 a6 b6 >6+2");
  t.notOk(page.offer(event("c", 6), undefined), "full");
  t.equal(shown(page), "b3 a6 b6 >6+2");
});

t.test("a page that is full where a revision ends stands at the next one", async (t) => {
  const page = new WatchPage({ from: 1, skip: 0 }, { events: 1, bytes: 10_000 });
  t.ok(page.offer(event("a", 1), undefined));
  t.notOk(page.offer(event("a", 5), undefined));
  t.equal(shown(page), "a1 >5+0");
});

t.test("what was there before is asked for only if the event is not had, and counts", async (t) => {
  let asked = 0;
  const before = { value: text("x".repeat(500)), createRevision: 1, modRevision: 1, version: 1, leaseId: 0 };
  const previousOf = () => {
    asked++;
    return before;
  };
  const page = new WatchPage({ from: 1, skip: 1 }, { events: 10, bytes: 1000 });
  page.offer(event("a", 1), previousOf);
  t.equal(asked, 0);
  t.ok(page.offer(event("b", 1), previousOf));
  t.notOk(page.offer(event("c", 1), previousOf), "by bytes");
  t.match(page.answer(), { events: [{ previous: before }] });
  t.ok(eventBytes(text("b"), undefined, before) > 500);
});
