import t from "tap";
import { Ledger } from "./ledger.ts";

t.test("what was acknowledged is expected, and nothing else", async (t) => {
  const ledger = new Ledger();
  t.equal(ledger.contradiction("a", undefined), undefined);
  ledger.put("a", "1");
  ledger.put("a", "2");
  t.equal(ledger.contradiction("a", { tag: "2", version: 2 }), undefined);
  t.equal(ledger.present, 1);
  ledger.delete("a");
  t.equal(ledger.contradiction("a", undefined), undefined);
  t.equal(ledger.changes, 3);
});

t.test("a lost put, one executed twice, and a key that came back are told", async (t) => {
  const ledger = new Ledger();
  ledger.put("a", "1");
  ledger.put("a", "2");
  t.match(ledger.contradiction("a", { tag: "1", version: 1 }), /must hold '2'/);
  t.match(ledger.contradiction("a", { tag: "2", version: 3 }), /at version 3/);
  t.match(ledger.contradiction("a", undefined), /holds nothing/);
  ledger.delete("a");
  t.match(ledger.contradiction("a", { tag: "2", version: 2 }), /was deleted/);
});

t.test("of a key whose last change has an unknown outcome nothing is expected", async (t) => {
  const ledger = new Ledger();
  ledger.put("a", "1");
  ledger.doubt("a");
  ledger.put("a", "2");
  ledger.delete("a");
  t.equal(ledger.contradiction("a", { tag: "7", version: 9 }), undefined);
  t.equal(ledger.doubtful, 1);
  t.equal(ledger.changes, 1, "what follows does not count either");
});

t.test("deleting what is not there is no change", async (t) => {
  const ledger = new Ledger();
  ledger.delete("a");
  t.equal(ledger.changes, 0);
});
