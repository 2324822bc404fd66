import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
import { REPOSITORY } from "../tidy/source-files.ts";
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
      ["lease", "revoke", ""],
    ]),
    ["--if-absent", "", ""],
    "behind a verb of a group stands none of its other verbs",
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

/** Says so where a shell is missing, instead of passing. */
function unlessMissing(shell: string): { readonly skip: false | string } {
  const isThere = spawnSync(shell, ["-c", "exit"]).status === 0;
  return { skip: isThere ? false : `${shell} is not installed here` };
}

t.test("zsh offers the same, and files where nothing is known", unlessMissing("zsh"), async (t) => {
  const lines = [
    ["sta"],
    ["dev", "re"],
    ["-o", "json", "dev", "u"],
    ["status", "--wa"],
    ["status", "--output", "j"],
    ["dev", "kill", "--d"],
  ];
  const asked = lines.map((words) => `words=(kvadm ${words.join(" ")}); CURRENT=${words.length + 1}; _kvadm`);
  const stubs = [
    "compdef() { print -r -- $1 for $2 }",
    // What the line editor would do with the words that it is handed.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: zsh's own
    "compadd() { shift; print -r -- ${(M)@:#${words[CURRENT]}*} }",
    "_files() { print files }",
  ];
  const nothing = "words=(kvadm --timeout ''); CURRENT=3; _kvadm";
  const input = [...stubs, await script(KVADM, "zsh"), ...asked, nothing].join("\n");
  const ran = spawnSync("zsh", ["-f"], { input, encoding: "utf8" });
  t.equal(ran.stderr, "");
  t.same(ran.stdout.split("\n"), [
    "_kvadm for kvadm",
    "status",
    "resume restart",
    "up",
    "--watch",
    "json jsonl",
    "--dir",
    "files",
    "",
  ]);
});

t.test("fish asks the program for everything", unlessMissing("fish"), async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "kvd-completion-test-"));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  symlinkSync(join(REPOSITORY, "bin/kvadm"), join(directory, "kvadm"));
  const lines = ["kvadm stat", "kvadm --output js", "kvadm -o json dev pau", "kvadm status --wat"];
  const asked = lines.map((line) => `complete -C '${line}'; echo .`);
  const ran = spawnSync("fish", ["--no-config", "-c", [await script(KVADM, "fish"), ...asked].join("\n")], {
    encoding: "utf8",
    env: { ...process.env, HOME: directory, PATH: `${directory}:${process.env["PATH"]}` },
  });
  t.equal(ran.stderr, "");
  t.same(ran.stdout.split("\n"), ["status", ".", "json", "jsonl", ".", "pause", ".", "--watch", ".", ""]);
});

t.test("an unknown shell is a usage error", async (t) => {
  const terminal = new FakeTerminal();
  t.equal(await runProgram(KVCLI, ["completion", "csh"], terminal), 2);
  t.match(terminal.stderr, `'csh' is not one of ${[...SHELLS, "words"].join(", ")}`);
});
