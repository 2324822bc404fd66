import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { REPOSITORY } from "../../tidy/source-files.ts";
import { runInLab } from "./run-in-lab.ts";

const SEEDS = [1, 2, 3];
const FOLDER = join(REPOSITORY, "examples");
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".chi"));

const textOf = (file: string): string => readFileSync(join(FOLDER, file), "utf8");

t.test("there are scenarios", async (t) => {
  t.ok(FILES.length >= 10);
});

for (const file of FILES) {
  t.test(`${file} goes as it says, whatever the seed`, async (t) => {
    for (const seed of SEEDS) {
      const { broken, lines } = await runInLab(textOf(file), seed);
      t.equal(broken, 0, `seed ${seed}\n${lines.join("\n")}`);
    }
  });
}

t.test("a value that was set is read at every node", async (t) => {
  const { lines } = await runInLab(textOf("basic-test.chi"));
  t.same(
    lines.filter((line) => line.startsWith("get") || line.startsWith("set")),
    ["set node-1 A=11: ok rev=1", ...[1, 2, 3, 4].map((node) => `get node-${node} A: 11`)],
  );
});

t.test(
  "a leader that comes back late does not depose its successor, and what it is asked is done",
  async (t) => {
    for (let seed = 4; seed <= 15; seed++) {
      const { broken, steps, lines } = await runInLab(textOf("late-leader.chi"), seed);
      t.equal(broken, 0, `seed ${seed}\n${lines.join("\n")}`);
      const down = steps.findIndex(({ line }) => line.command.kind === "fail");
      t.equal(lines[down - 1], "expect leader node-1: ok", "it led when it failed");
      const after = lines.slice(down).filter((line) => line.startsWith("expect leader"));
      t.same(new Set(after), new Set(["expect leader node-2: ok"]), "its successor leads to the end");
    }
  },
);
