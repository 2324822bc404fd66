import t from "tap";
import * as fields from "../../src/wire/fields.ts";

type Check = (value: number, name: string) => number;

/** What each check takes of `EDGES`; the rest it must refuse. */
const TAKEN: readonly [string, Check, readonly number[]][] = [
  ["slotField", fields.slotField, [0, 1, 1025, 65_535, 65_536, 2 ** 53 - 1]],
  ["countField", fields.countField, [0, 1, 1025, 65_535, 65_536, 2 ** 53 - 1]],
  ["positiveField", fields.positiveField, [1, 1025, 65_535, 65_536, 2 ** 53 - 1]],
  ["amountField", fields.amountField, [0, 0.5, 1, 1025, 65_535, 65_536, 2 ** 53 - 1, 2 ** 53]],
  ["portField", fields.portField, [1, 1025, 65_535]],
  ["nodeField", fields.nodeField, [1]],
  ["ballotField", fields.ballotField, [0, 1025, 65_535, 2 ** 53 - 1]],
  ["usedBallotField", fields.usedBallotField, [1025, 65_535, 2 ** 53 - 1]],
];
const INFINITE = Number.POSITIVE_INFINITY;
const EDGES = [-1, 0, 0.5, 1, 1025, 65_535, 65_536, 2 ** 53 - 1, 2 ** 53, Number.NaN, INFINITE, -INFINITE];

for (const [title, check, taken] of TAKEN) {
  t.test(`${title} takes its own numbers and no others`, async (t) => {
    for (const value of EDGES) {
      if (taken.includes(value)) t.equal(check(value, "it"), value);
      else t.throws(() => check(value, "it"), fields.MalformedError, `${value}`);
    }
  });
}

t.test("a minus zero becomes zero", async (t) => {
  for (const check of [fields.slotField, fields.countField, fields.amountField, fields.ballotField]) {
    t.ok(Object.is(check(-0, "it"), 0));
  }
});

t.test("words are numbered from one, so that a missing field is none", async (t) => {
  const words = ["yes", "no"] as const;
  for (const word of words) t.equal(fields.wordField(words, fields.wordNumber(words, word), "it"), word);
  for (const value of [0, 3, 2 ** 32 - 1]) {
    t.throws(() => fields.wordField(words, value, "it"), /it .* is not known/);
  }
});

t.test("an absent array of bytes is a plain empty one", async (t) => {
  for (const absent of [undefined, null, Buffer.alloc(0)]) {
    t.equal(Object.getPrototypeOf(fields.bytesField(absent)), Uint8Array.prototype);
  }
  t.throws(() => fields.sizedField(new Uint8Array(15), 16, "id"), /id has 15 bytes, not 16/);
  t.throws(() => fields.textField("abc", 2, "name"), /name has 3 characters, more than 2/);
});
