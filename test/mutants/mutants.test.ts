import { spawnSync } from "node:child_process";
import t from "tap";
import { readBuilt } from "./build-copy.ts";
import { MUTANTS } from "./catalogue.ts";
import { findingOf } from "./finding.ts";
import { applyEdit, EditError, mutatedFiles } from "./mutant.ts";
import { isAsItShouldBe, lineOf } from "./report.ts";

/** Reads modules from its input, parses each, runs none, and prints what does not parse. */
const PARSER = `
  const { SourceTextModule } = require("node:vm");
  for (const { name, text } of JSON.parse(require("node:fs").readFileSync(0, "utf8"))) {
    try {
      new SourceTextModule(text);
    } catch (error) {
      console.log(name + ": " + error.message);
    }
  }
`;

t.test("every mutant's edits fit the present build, and leave modules that parse", async (t) => {
  const modules: { name: string; text: string }[] = [];
  for (const mutant of MUTANTS) {
    const files = mutatedFiles(mutant, readBuilt);
    for (const [file, text] of files) {
      t.not(text, readBuilt(file), `${mutant.name} changes ${file}`);
      modules.push({ name: `${mutant.name} in ${file}`, text });
    }
  }
  const args = ["--experimental-vm-modules", "--no-warnings", "-e", PARSER];
  const { stdout, status } = spawnSync(process.execPath, args, { input: JSON.stringify(modules) });
  t.equal(status, 0);
  t.equal(stdout.toString(), "");
});

t.test("every mutant has a name of its own, and somebody to notice it", async (t) => {
  t.equal(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
  for (const { name, detectors } of MUTANTS) t.ok(detectors.length > 0, name);
});

t.test("an edit that fits nowhere, or in two places, is an error", async (t) => {
  const edit = { file: "a.js", find: "one", replace: "two" };
  t.equal(applyEdit("it is one", edit), "it is two");
  t.throws(() => applyEdit("it is two", edit), EditError);
  t.throws(() => applyEdit("one and one", edit), EditError);
});

t.test("a finding names the rule that was broken; a crash proves nothing", async (t) => {
  const violation = "seed 7, at 12.000 ms: Violation: I1 one value per slot: n2 learned another\n    at";
  t.match(findingOf(violation), { kind: "rule", rule: "I1 one value per slot" });
  const assertion = "seed 7, at 1.000 ms: AssertionError: I4: promised never decreases\n    at";
  t.match(findingOf(assertion), { kind: "rule", rule: "I4 promised never decreases" });
  t.match(findingOf("seed 7, at 1.000 ms: TypeError: x is not a function\n"), { kind: "crash" });
  t.match(findingOf("killed"), { kind: "crash" });
});

t.test("a mutant has to be noticed by all its detectors, the build as it is by none", async (t) => {
  const detector = { kind: "swarm", seeds: 1 } as const;
  const finding = { kind: "rule", rule: "I1 one value per slot", text: "" } as const;
  const seen = { detector, finding, effort: "1 seed", seconds: 1 };
  const unseen = { ...seen, finding: undefined };
  const mutant = { name: "m", breaks: "b", edits: [{ file: "", find: "", replace: "" }], detectors: [] };
  const control = { ...mutant, edits: [] };
  t.ok(isAsItShouldBe({ mutant, hunts: [seen, seen] }));
  t.notOk(isAsItShouldBe({ mutant, hunts: [seen, unseen] }));
  t.notOk(isAsItShouldBe({ mutant, hunts: [{ ...seen, finding: { kind: "crash", text: "" } }] }));
  t.ok(isAsItShouldBe({ mutant: control, hunts: [unseen] }));
  t.notOk(isAsItShouldBe({ mutant: control, hunts: [seen] }));
  t.match(lineOf({ mutant, hunts: [unseen] }), /^BAD {2}m: b\n.*nothing in 1 seed/);
});
