import t from "tap";
import { Forwards } from "../../src/node/forwards.ts";
import type { LinkId } from "../../src/transport/service.ts";

const LEADER = 1 as LinkId;
const OTHER = 2 as LinkId;
const ORIGIN = { link: 3 as LinkId, id: 9 };

t.test("an answer goes to its asker, once, and only from the leader that was asked", async (t) => {
  const forwards = new Forwards();
  const id = forwards.add({ origin: ORIGIN, leaderLink: LEADER, deadlineMs: 10 });
  t.equal(forwards.take(id, OTHER), undefined);
  t.equal(forwards.take(id, LEADER), ORIGIN);
  t.equal(forwards.take(id, LEADER), undefined);
});

t.test("forwards whose leader is gone are given back", async (t) => {
  const forwards = new Forwards();
  forwards.add({ origin: ORIGIN, leaderLink: LEADER, deadlineMs: 10 });
  t.strictSame(
    forwards.takeLost(() => false),
    [],
  );
  t.strictSame(
    forwards.takeLost((link, deadlineMs) => link === LEADER && deadlineMs === 10),
    [ORIGIN],
  );
  t.strictSame(
    forwards.takeLost(() => true),
    [],
  );
});
