import t from "tap";
import { BANS, banBreaches, unfinishedMarks } from "./bans.ts";
import { FILE_LINES_MAX, LINE_COLUMNS_MAX, sizeBreaches, undocumentedExports } from "./shape.ts";
import { type SourceFile, sourceFiles } from "./source-files.ts";
import { visibleText } from "./source-text.ts";

const SOURCES = sourceFiles("src", [".ts"]);
const TESTS = [...sourceFiles("test", [".ts"]), ...sourceFiles("bench", [".ts"])];
const SCRIPTS = sourceFiles("scripts", [".mjs", ".js"]);
const DOCUMENTS = sourceFiles("docs", [".md"]);

const file = (path: string, text: string): SourceFile => ({ path, text });
const planted = (path: string, line: string): number => banBreaches(file(path, `${line}\n`)).length;

t.test("no banned name stands in src/", async (t) => {
  t.strictSame(SOURCES.flatMap(banBreaches), []);
});

t.test("no mark of unfinished work stands anywhere", async (t) => {
  t.strictSame([...SOURCES, ...TESTS, ...SCRIPTS, ...DOCUMENTS].flatMap(unfinishedMarks), []);
});

t.test("every file is short enough to read in one sitting", async (t) => {
  t.strictSame([...SOURCES, ...TESTS].flatMap(sizeBreaches), []);
});

t.test(
  "every exported class, and every exported function of some length, says what it promises",
  async (t) => {
    t.strictSame(SOURCES.flatMap(undocumentedExports), []);
  },
);

t.test("each ban catches its planted fault", async (t) => {
  const faults: Readonly<Record<string, string>> = {
    Date: "const now = Date.now();",
    performance: "const now = performance.now();",
    "a global timer": "setTimeout(() => undefined, 5);",
    "Math.random": "const dice = Math.random();",
    process: "process.exit(1);",
    console: 'console.log("here");',
    async: "export async function apply() {}",
    Buffer: "const bytes = Buffer.alloc(8);",
    any: "let value: any;",
    "a default export": "export default 5;",
    "an enum": "enum Colour { Red }",
    "a suppressed compiler error": "// @ts-ignore",
  };
  for (const ban of BANS) {
    const fault = faults[ban.name];
    t.ok(fault !== undefined && planted("src/paxos/acceptor.ts", fault) >= 1, `${ban.name} is caught`);
  }
});

t.test("a ban holds where it should and nowhere else", async (t) => {
  t.equal(planted("src/io/system-clock.ts", "const now = performance.now();"), 0);
  t.equal(planted("src/node/node.ts", "const now = performance.now();"), 1);
  t.equal(planted("src/storage/lmdb-log.ts", "process.kill(process.pid);"), 2);
  t.equal(planted("src/node/node.ts", "async function close() {}"), 0);
  t.equal(planted("src/kv/machine.ts", "const later = new Promise(() => undefined);"), 1);
  t.equal(planted("src/paxos/messages.ts", "export interface PromiseMessage {}"), 0);
  t.equal(planted("src/kv/machine.ts", "const any = 5; const all = isAny ? every : any;"), 0);
  t.equal(planted("src/kv/machine.ts", "const list = value as any; let other: any[];"), 2);
  t.equal(planted("src/node/node.ts", "this.process(input); inputs.process.next();"), 0);
});

t.test("strings, comments and regular expressions are not code, and templates' holes are", async (t) => {
  t.equal(planted("src/kv/machine.ts", 'const text = "Date"; // Date'), 0);
  t.equal(planted("src/kv/machine.ts", "/* Math.random() */ const pattern = /Date\\/[/]any/;"), 0);
  t.equal(
    planted(
      "src/kv/machine.ts",
      "const text = `Date $[Date.now()] any`;".replace("[", "{").replace("]", "}"),
    ),
    1,
  );
  t.equal(planted("src/kv/machine.ts", "const ratio = total / count; const now = Date.now() / 2;"), 1);
  const text = 'a = `x$[ { b: "c" }.b ]y`; // d\n/e"/.test(f)'.replace("[", "{").replace("]", "}");
  t.equal(visibleText(text, "code").length, text.length, "offsets stay true");
});

t.test("a mark of unfinished work is found, in comments too", async (t) => {
  t.equal(unfinishedMarks(file("src/kv/machine.ts", `// ${"TO"}${"DO"}: later`)).length, 1);
});

t.test("a long file and a wide line are found", async (t) => {
  t.equal(sizeBreaches(file("src/kv/machine.ts", "x;\n".repeat(FILE_LINES_MAX))).length, 0);
  t.equal(sizeBreaches(file("src/kv/machine.ts", "x;\n".repeat(FILE_LINES_MAX + 1))).length, 1);
  t.equal(sizeBreaches(file("src/kv/machine.ts", "x".repeat(LINE_COLUMNS_MAX + 1))).length, 1);
  t.equal(
    sizeBreaches(file("src/kv/machine.ts", `const text = "${"x".repeat(LINE_COLUMNS_MAX)}";`)).length,
    0,
  );
});

t.test("an export without a docstring is found, a plain one may do without", async (t) => {
  const long = `export function apply(): void {\n${"  step();\n".repeat(20)}}\n`;
  const undocumented = (text: string): number => undocumentedExports(file("src/kv/machine.ts", text)).length;
  t.equal(undocumented(long), 1);
  t.equal(undocumented(`/** Applies. */\n${long}`), 0);
  t.equal(undocumented(`// Applies.\n${long}`), 1);
  t.equal(undocumented("export function slot(value: number): Slot {\n  return value as Slot;\n}\n"), 0);
  t.equal(undocumented("export class Machine {}\n"), 1);
  t.equal(undocumented("/** The machine. */\nexport class Machine {}\n"), 0);
});
