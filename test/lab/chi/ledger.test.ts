import t from "tap";
import type { Answer } from "../../../src/lab/chi/chi-world.ts";
import { Ledger } from "../../../src/lab/chi/ledger.ts";

const DONE: Answer = { kind: "done", revision: 1 };
const ABSENT: Answer = { kind: "absent", revision: 1 };
const REFUSED: Answer = { kind: "error", code: "no_leader", outcome: "not_applied", message: "" };
const LOST: Answer = { kind: "error", code: "timeout", outcome: "unknown", message: "" };

function setTo(ledger: Ledger, value: string, answer: Answer): void {
  ledger.onAnswer({ kind: "set", node: "a", key: "A", value }, answer);
}

function sees(ledger: Ledger, value: string | undefined): boolean {
  const answer: Answer = value === undefined ? ABSENT : { kind: "value", value, revision: 1 };
  return ledger.onAnswer({ kind: "get", node: "a", key: "A" }, answer) === undefined;
}

t.test("a get shows what was set last, and nothing older", async (t) => {
  const ledger = new Ledger();
  t.ok(sees(ledger, undefined));
  setTo(ledger, "11", DONE);
  t.ok(sees(ledger, "11"));
  setTo(ledger, "12", DONE);
  t.notOk(sees(ledger, "11"));
  t.notOk(sees(ledger, undefined));
  ledger.onAnswer({ kind: "delete", node: "a", key: "A" }, DONE);
  t.ok(sees(ledger, undefined));
  t.notOk(sees(ledger, "12"));
});

t.test("what was refused is never seen, what is unknown may be, once", async (t) => {
  const ledger = new Ledger();
  setTo(ledger, "11", DONE);
  setTo(ledger, "12", REFUSED);
  t.notOk(sees(ledger, "12"));
  setTo(ledger, "13", LOST);
  t.ok(sees(ledger, "11"), "it may not have happened");
  t.ok(sees(ledger, "13"), "it may happen later");
  t.notOk(sees(ledger, "11"), "but not be undone");
  setTo(ledger, "14", DONE);
  t.notOk(sees(ledger, "13"), "nor happen twice");
});

t.test("a get that failed says nothing", async (t) => {
  const ledger = new Ledger();
  setTo(ledger, "11", DONE);
  t.equal(ledger.onAnswer({ kind: "get", node: "a", key: "A" }, LOST), undefined);
  t.same(ledger.onAnswer({ kind: "get", node: "a", key: "A" }, ABSENT), [{ kind: "value", value: "11" }]);
});
