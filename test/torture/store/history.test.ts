import t from "tap";
import { StoreHistory } from "./history.ts";

const GET = { kind: "get", key: "g/a" } as const;
const PUT = { kind: "put", key: "g/a", value: "x", condition: undefined } as const;
const seen = (revision: number) =>
  ({ kind: "answered", answer: { kind: "get", row: null }, revision }) as const;
const took = (revision: number) =>
  ({
    kind: "answered",
    answer: { kind: "put", version: 1, created: revision, previous: null },
    revision,
  }) as const;

t.test("no revision is taken twice, by whomever, nor one that was told before", async (t) => {
  const history = new StoreHistory();
  const [one, two] = [history.invoke("s1", "g/", PUT), history.invoke("s2", "h/", PUT)];
  history.finish(one, took(4));
  t.same(history.faults, []);
  history.finish(two, took(4));
  t.match(history.faults, [{ group: "h/", message: /took revision 4, which a put on g\/ has/ }]);
  const later = new StoreHistory();
  later.finish(later.invoke("s1", "g/", GET), seen(7));
  later.finish(later.invoke("s2", "g/", PUT), took(7));
  t.match(later.faults, [{ message: /had been told before/ }]);
});

t.test(
  "a linearizable answer is as new as anybody's before, a sequential one as its own client's",
  async (t) => {
    const history = new StoreHistory();
    history.finish(history.invoke("s1", "g/", PUT), took(5));
    history.finish(history.invoke("s2", "g/", GET, "sequential"), seen(3));
    t.same(history.faults, []);
    history.finish(history.invoke("s2", "g/", GET, "sequential"), seen(2));
    t.match(history.faults, [{ message: /s2's get on g\/ is of revision 2, after 3 had been told/ }]);
    history.finish(history.invoke("s2", "g/", GET), seen(4));
    t.match(history.faults[1], { message: /is of revision 4, after 5 had been told/ });
  },
);

t.test("what is still under way when another answer comes may be older than it", async (t) => {
  const history = new StoreHistory();
  const early = history.invoke("s2", "g/", GET);
  history.finish(history.invoke("s1", "g/", PUT), took(5));
  history.finish(early, seen(4));
  t.same(history.faults, []);
  t.match(history.counts, { changes: 1, reads: 1 });
});
