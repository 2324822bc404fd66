import { spawnSync } from "node:child_process";
import t from "tap";
import type { Command } from "../../src/cli/command.ts";
import { KVADM } from "../../src/cli/kvadm.ts";
import { KVCLI } from "../../src/cli/kvcli.ts";
import { KVD } from "../../src/cli/kvd.ts";
import { KVLAB } from "../../src/cli/kvlab.ts";
import { manPage } from "../../src/cli/man-page.ts";
import { manPages } from "../../src/cli/man-pages.ts";

const PROGRAMS = { "kvd.8": KVD, "kvadm.8": KVADM, "kvcli.1": KVCLI, "kvlab.1": KVLAB };
const hasGroff = spawnSync("groff", ["--version"]).status === 0;
const skip = hasGroff ? false : "groff is not installed here";

/** The page as a terminal shows it, without line breaks, and what the formatter complains of. */
function formatted(text: string): { readonly text: string; readonly complaints: string } {
  const args = ["-man", "-ww", "-Tascii", "-P-c", "-P-b", "-P-u", "-rLL=1000n"];
  const ran = spawnSync("groff", args, { input: text, encoding: "utf8" });
  return { text: ran.stdout.replace(/\s+/g, " "), complaints: ran.stderr };
}

function verbsOf(commands: readonly Command[], prefix: string): readonly string[] {
  return commands.flatMap(({ usage, commands: nested }) =>
    nested === undefined ? [`${prefix} ${usage}`] : verbsOf(nested, `${prefix} ${usage}`),
  );
}

function optionsOf(commands: readonly Command[]): readonly string[] {
  return commands.flatMap(({ options, commands: nested }) => [
    ...Object.keys(options ?? {}),
    ...optionsOf(nested ?? []),
  ]);
}

t.test("every verb and every option of a program is in its page", { skip }, async (t) => {
  const pages = manPages();
  t.same([...pages.keys()], Object.keys(PROGRAMS));
  for (const [name, program] of Object.entries(PROGRAMS)) {
    const { text, complaints } = formatted(pages.get(name) ?? "");
    t.equal(complaints, "", name);
    for (const verb of verbsOf(program.commands, program.name)) t.ok(text.includes(verb), verb);
    for (const option of [...Object.keys(program.options), ...optionsOf(program.commands)])
      t.ok(text.includes(`--${option}`), `${name} --${option}`);
    t.ok(text.includes(program.exitTable.trim().replace(/\s+/g, " ")), `${name}: its exit codes`);
  }
});

t.test("what is an order to the formatter stands in the page as it was written", { skip }, async (t) => {
  const examples = [["$0 put 'a\\b' -x", ".TH is no order here"]] as const;
  const program = { name: "p", describe: "d", commands: [], options: {}, examples, exitTable: "'0'  done" };
  const { text, complaints } = formatted(manPage(program, { section: 1, seeAlso: ["q(8)"] }));
  t.equal(complaints, "");
  for (const part of ["p put 'a\\b' -x", ".TH is no order here", "'0' done", "q(8)"])
    t.ok(text.includes(part), part);
});
