import t from "tap";
import type { Operation } from "../../../src/lab/oracles/history.ts";
import { checkKey } from "../../../src/lab/oracles/key-checker.ts";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import { deleted, put, read, refusedPut, unknownDelete, unknownPut } from "./histories.ts";
import { type Fault, simulateHistory } from "./simulated-history.ts";

const A = { tag: "a", version: 1, revision: 5 };
const B = { tag: "b", version: 2, revision: 7, created: 5 };

const GOOD: Readonly<Record<string, readonly Operation[]>> = {
  "nothing at all": [],
  "a put and a read of it": [put(1, 2, A), read(3, 4, A)],
  "a read beside a put sees it": [put(1, 4, A), read(2, 3, A)],
  "a read beside a put does not see it yet": [put(1, 4, A), read(2, 3)],
  "two reads beside a put, old before new": [put(1, 9, A), read(2, 3), read(4, 5, A)],
  "a delete starts versions again": [
    put(1, 2, A),
    deleted(3, 4, 6),
    read(5, 6),
    put(7, 8, { ...A, tag: "c", revision: 9 }),
  ],
  "a delete of nothing": [deleted(1, 2, 5, false), put(3, 4, { ...A, revision: 6 })],
  "an unknown put that took effect": [unknownPut(1, 2, "a"), put(3, 4, B)],
  "an unknown put that took none": [unknownPut(1, 2, "z"), put(3, 4, A), read(5, 6, A)],
  "an unknown put that takes effect later than the next acknowledged one": [
    unknownPut(1, 2, "z"),
    put(3, 4, A),
    read(5, 6, A),
    read(7, 8, { tag: "z", version: 2, revision: 8, created: 5 }),
  ],
  "two unknown puts in either order": [
    unknownPut(1, 2, "y"),
    unknownPut(3, 4, "z"),
    read(5, 6, { tag: "z", version: 1, revision: 5 }),
    read(7, 8, { tag: "y", version: 2, revision: 6, created: 5 }),
  ],
  "an unknown delete between two puts": [
    put(1, 2, A),
    unknownDelete(3, 4),
    put(5, 6, { ...A, tag: "c", revision: 9 }),
  ],
  "a refused put leaves no trace": [put(1, 2, A), refusedPut(3, 4, "z"), put(5, 6, B)],
};

const BAD: Readonly<Record<string, readonly Operation[]>> = {
  "an acknowledged put is lost": [put(1, 2, A), read(3, 4)],
  "a read is older than an acknowledged put": [put(1, 2, A), put(3, 4, B), read(5, 6, A)],
  "a read goes back behind another read": [put(1, 2, A), put(3, 20, B), read(4, 5, B), read(6, 7, A)],
  "an acknowledged delete is undone": [put(1, 2, A), deleted(3, 4, 6), read(5, 6, A)],
  "a read sees a put before it was invoked": [read(1, 2, A), put(3, 4, A)],
  "a put is executed twice": [put(1, 2, A), put(3, 4, { ...B, version: 3 })],
  "an acknowledged put does not raise the version": [
    put(1, 2, A),
    put(3, 4, { ...B, version: 1, created: 7 }),
  ],
  "an unknown put is executed twice": [unknownPut(1, 2, "z"), put(3, 4, { ...B, version: 3 })],
  "an unknown put takes effect twice": [
    unknownPut(1, 2, "z"),
    read(3, 4, { tag: "z", version: 1, revision: 4 }),
    put(5, 6, { tag: "b", version: 2, revision: 7, created: 4 }),
    read(7, 8, { tag: "z", version: 3, revision: 8, created: 4 }),
  ],
  "a refused put is seen": [refusedPut(1, 2, "z"), read(3, 4, { tag: "z", version: 1, revision: 5 })],
  "a value that nobody put": [put(1, 2, A), read(3, 4, { ...A, tag: "x" })],
  "a version that does not belong to the value": [
    put(1, 2, A),
    put(3, 4, B),
    read(5, 6, { ...B, version: 3 }),
  ],
  "a modification revision that does not belong to the value": [
    put(1, 2, A),
    read(3, 4, { ...A, revision: 6, created: 6 }),
  ],
  "a creation revision that changes": [put(1, 2, A), put(3, 4, { ...B, created: 4 })],
  "revisions that fall": [put(1, 2, A), put(3, 4, { ...B, revision: 5 })],
  "a delete of something says that there was nothing": [put(1, 2, A), deleted(3, 4, 5, false)],
  "a delete of nothing says that there was something": [deleted(1, 2, 5)],
  "a second unknown effect comes from nowhere": [
    unknownPut(1, 2, "y"),
    put(3, 4, { tag: "b", version: 3, revision: 9, created: 5 }),
  ],
};

t.test("a history that a linearizable store can give is found possible", async (t) => {
  for (const [title, operations] of Object.entries(GOOD)) {
    t.equal(checkKey(operations).kind, "linearizable", title);
  }
});

t.test("a history that breaks a promise is found impossible", async (t) => {
  for (const [title, operations] of Object.entries(BAD)) {
    t.equal(checkKey(operations).kind, "impossible", title);
  }
});

t.test("the verdict names the answer that cannot be", async (t) => {
  const lost = read(5, 6);
  const verdict = checkKey([put(1, 2, A), put(3, 4, B), lost, read(7, 8, B)]);
  t.match(verdict, { kind: "impossible", operation: lost, states: [{ tag: "b", version: 2 }] });
});

t.test("a few unknown outcomes on one key are no burden", async (t) => {
  const operations: Operation[] = [];
  let at = 0;
  for (let count = 0; count < 5; count++) operations.push(unknownPut(++at, ++at, `u${count}`));
  for (let version = 1; version <= 300; version++) {
    operations.push(put(++at, ++at, { tag: `p${version}`, version, revision: version, created: 1 }));
    operations.push(read(++at, ++at, { tag: `p${version}`, version, revision: version, created: 1 }));
  }
  t.equal(checkKey(operations).kind, "linearizable");
});

t.test("no history of a correct store is ever found impossible", async (t) => {
  for (let seed = 1; seed <= 150; seed++) {
    const { operations } = simulateHistory(new SeededRandom(seed), { steps: 400, fault: "none" });
    const verdict = checkKey(operations);
    if (verdict.kind === "impossible") t.fail(`seed ${seed}: ${JSON.stringify(verdict)}`);
  }
  t.pass("150 seeds");
});

for (const fault of [
  "lost-put",
  "doubled-put",
  "stale-read",
  "undone-delete",
] as const satisfies readonly Fault[]) {
  t.test(`a ${fault} in a random history is noticed`, async (t) => {
    let failed = 0;
    let noticed = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const { operations, hasFailed } = simulateHistory(new SeededRandom(seed), { steps: 400, fault });
      if (!hasFailed) continue;
      failed += 1;
      if (checkKey(operations).kind === "impossible") noticed += 1;
    }
    t.ok(failed > 100, `${failed} histories had the fault`);
    // A read that began before the write may rightly be old, and an unknown write may stand in for a lost one.
    t.ok(noticed > failed * (fault === "stale-read" ? 0.2 : 0.8), `${noticed} of ${failed} noticed`);
  });
}
