import { ok } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { layoutOf } from "../../../src/lab/report/transcript-layout.ts";

const names = (nodes: number): readonly string[] => [
  ...Array.from({ length: nodes }, (_, index) => `n${index + 1}`),
  "world",
];

t.test("no row is wider than it may be, and nothing of a line is lost", async (t) => {
  const lines = fc.array(fc.array(fc.stringMatching(/^[a-z0-9#<]{1,40}$/), { minLength: 1, maxLength: 12 }));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 80, max: 260 }),
      lines,
      (nodes, width, texts) => {
        const layout = layoutOf(names(nodes), width);
        const index = texts.length % (nodes + 1);
        const rows = layout.rows(
          index,
          texts.map((words) => words.join(" ")),
          "123.456",
        );
        for (const row of [...rows, ...layout.header()])
          ok(row.length <= width, `${row.length} > ${width}: ${row}`);
        const all = rows.join("").replace(/[│● ]/g, "");
        const expected = texts.map((words) => words.join("")).join("");
        ok(all.replace("123.456", "").replace(/^n\d|^world/, "") === expected || all.includes(expected), all);
      },
    ),
    { numRuns: 300 },
  );
  t.pass();
});

t.test("columns where there is room, lanes where there is none", async (t) => {
  t.strictSame(layoutOf(names(2), 80).rows(1, ["← n1 accept", "  → n1 accepted"], "7.000"), [
    "      7.000                           │← n1 accept               │",
    "                                      │  → n1 accepted           │",
  ]);
  t.strictSame(layoutOf(names(5), 80).rows(1, ["← n1 accept", "  → n1 accepted"], "7.000"), [
    "      7.000 │ ● │ │ │ │  n2    ← n1 accept",
    "            │ │ │ │ │ │          → n1 accepted",
  ]);
});

t.test("a continued line stands further to the right", async (t) => {
  const rows = layoutOf(names(1), 60).rows(0, ["  one two three four five six seven eight"], "1.000");
  t.strictSame(rows, [
    "      1.000   one two three four five six    │",
    "                seven eight                  │",
  ]);
});
