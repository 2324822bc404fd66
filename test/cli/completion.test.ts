import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { SHELLS } from "../../src/cli/completion.ts";
import { KVADM } from "../../src/cli/kvadm.ts";
import { KVCLI } from "../../src/cli/kvcli.ts";
import { KVD } from "../../src/cli/kvd.ts";
import { KVLAB } from "../../src/cli/kvlab.ts";
import type { Program } from "../../src/cli/program.ts";
import { runProgram } from "../../src/cli/program.ts";
import { FakeTerminal } from "./fake-terminal.ts";

async function script(program: Program, shell: string): Promise<string> {
  const terminal = new FakeTerminal();
  const status = await runProgram(program, ["completion", shell], terminal);
  if (status !== 0) throw new Error(terminal.stderr);
  return terminal.stdout;
}

/** What bash offers for each command line whose last word, perhaps empty, is under the cursor. */
async function offered(t: Test, program: Program, lines: readonly (readonly string[])[]) {
  const asked = lines.map((words) => {
    const quoted = [program.name, ...words].map((word) => `'${word}'`).join(" ");
    return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _${program.name}; echo "\${COMPREPLY[*]}"`;
  });
  const text = [await script(program, "bash"), `complete -p ${program.name}`, ...asked].join("\n");
  const ran = spawnSync("bash", ["--norc", "-u"], { input: text, encoding: "utf8" });
  t.equal(ran.stderr, "");
  const [registered, ...answers] = ran.stdout.split("\n").slice(0, -1);
  t.match(registered, new RegExp(`-F _${program.name} ${program.name}$`));
  return answers;
}

t.test("bash completes verbs, groups, aliases, options and their choices", async (t) => {
  const answers = await offered(t, KVADM, [
    ["sta"],
    ["dev", "re"],
    ["-o", "json", "dev", "u"],
    ["status", "--wa"],
    ["status", "--output", "j"],
    ["status", "-o", ""],
    ["status", "--output", "=", "va"],
    ["status", "--output", "="],
    ["--timeout", ""],
    ["completion", ""],
    ["dev", "kill", "--d"],
    ["status", "dev", "u"],
  ]);
  t.same(answers, [
    "status",
    "resume restart",
    "up",
    "--watch",
    "json jsonl",
    "table json jsonl value raw",
    "value",
    "table json jsonl value raw",
    "",
    "bash zsh fish words",
    "--dir",
    "",
  ]);
  t.same(
    await offered(t, KVCLI, [
      ["set", "k", "v", "--if-a"],
      ["set", "k", ""],
    ]),
    ["--if-absent", ""],
  );
});

t.test("everything that a program offers is completed, and nothing else", async (t) => {
  for (const program of [KVCLI, KVADM, KVD, KVLAB]) {
    const [verbs, flags] = await offered(t, program, [[""], ["-"]]);
    const names = program.commands.flatMap(({ usage, aliases }) => [
      usage.split(" ", 1)[0],
      ...(aliases ?? []),
    ]);
    t.same(verbs?.split(" "), [...names, "completion"]);
    for (const name of ["help", "version", ...Object.keys(program.options)])
      t.ok(flags?.split(" ").includes(`--${name}`), `${program.name} --${name}`);
  }
});

t.test(
  "keys and nodes are asked for, of the program that was called, by the words that were typed",
  async (t) => {
    const directory = mkdtempSync(join(tmpdir(), "kvd-completion-test-"));
    t.teardown(() => rmSync(directory, { recursive: true, force: true }));
    const called = join(directory, "program");
    writeFileSync(called, '#!/bin/sh\necho app/1 app/2\necho "$@" >> "$0.log"\n', { mode: 0o755 });
    const lines = [
      ["get", "app/"],
      ["ls", "--after", ""],
      ["lease", "gr"],
    ];
    const asked = lines.map((words) => {
      const quoted = [called, ...words].map((word) => `'${word}'`).join(" ");
      return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _kvcli; echo "\${COMPREPLY[*]}"`;
    });
    const text = [await script(KVCLI, "bash"), ...asked].join("\n");
    const ran = spawnSync("bash", ["--norc", "-u"], { input: text, encoding: "utf8" });
    t.equal(ran.stdout, "app/1 app/2\napp/1 app/2\ngrant\n", ran.stderr);
    t.equal(
      readFileSync(`${called}.log`, "utf8"),
      "completion words -- get app/\ncompletion words -- ls --after \n",
      "what is known here is not asked for",
    );
    const nobody = new FakeTerminal({ KVD_ENDPOINTS: "127.0.0.1:9" });
    t.equal(await runProgram(KVCLI, ["completion", "words", "--", "get", "a"], nobody), 0);
    t.same([nobody.stdout, nobody.stderr], ["", ""], "silent when nobody answers");
    const verbs = new FakeTerminal();
    await runProgram(KVCLI, ["completion", "words", "--", "mp"], verbs);
    t.equal(verbs.stdout, "mput\n");
  },
);

t.test("the script for zsh asks the same function", async (t) => {
  const bash = await script(KVADM, "bash");
  const zsh = await script(KVADM, "zsh");
  const shared = (text: string): string => text.slice(text.indexOf("\n"), text.indexOf("\n}\n"));
  t.equal(shared(zsh), shared(bash));
  t.match(zsh, /\ncompdef _kvadm kvadm\n$/);
});

t.test("the script for fish asks the program for everything", async (t) => {
  t.match(await script(KVCLI, "fish"), /\ncomplete -c kvcli -a '\(kvcli completion words -- .*\)'\n$/);
});

t.test("an unknown shell is a usage error", async (t) => {
  const terminal = new FakeTerminal();
  t.equal(await runProgram(KVCLI, ["completion", "csh"], terminal), 2);
  t.match(terminal.stderr, `'csh' is not one of ${[...SHELLS, "words"].join(", ")}`);
});
