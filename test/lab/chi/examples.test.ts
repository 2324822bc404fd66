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
    const text = textOf("late-leader.chi");
    // Of these seeds, some let node-1 lead first.
    const firstLeader = text.replace("fail -n node-1\n", "expect leader node-1\nfail -n node-1\n");
    let led = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const { broken, steps } = await runInLab(firstLeader, seed);
      const isOfFirst = steps.at(-1)?.broken?.expected === "leader node-1";
      t.ok(broken === 0 || isOfFirst, `seed ${seed}`);
      if (broken === 0) led++;
    }
    t.ok(led > 0, "node-1 led, was down, and came back");
  },
);
