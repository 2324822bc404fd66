import t from "tap";
import { type SourceFile, sourceFiles } from "./source-files.ts";
import { visibleText } from "./source-text.ts";

/**
 * Files of logic that have no test of their own name, because another test answers for them (named
 * here). The list may only shrink: a file that gains its test must leave it, or the second test fails.
 */
const ANSWERED_ELSEWHERE: Readonly<Record<string, string>> = {};

/** A file with fewer lines of statements than this declares types and constants. */
const LOGIC_LINES_MIN = 12;

const SOURCES = sourceFiles("src", [".ts"]);
const TESTS = new Set(sourceFiles("test", [".test.ts"]).map(({ path }) => path));

/** Whether the file does something, rather than declare types and constants. */
function holdsLogic(file: SourceFile): boolean {
  const code = visibleText(file.text, "code");
  const statements = code
    .split("\n")
    .filter((line) => /^\s+(?:return|if|for|while|const|let|switch|this\.|throw)\b/.test(line));
  return statements.length >= LOGIC_LINES_MIN;
}

/** The test that bears the file's name. */
const namesakeOf = (path: string): string => path.replace(/^src\//, "test/").replace(/\.ts$/, ".test.ts");

t.test("every file of logic has a test of its name, or says which test answers for it", async (t) => {
  const missing = SOURCES.filter(holdsLogic)
    .map(({ path }) => path)
    .filter((path) => !TESTS.has(namesakeOf(path)) && ANSWERED_ELSEWHERE[path] === undefined);
  t.strictSame(missing, []);
});

t.test(
  "the list of exceptions names files and tests that exist, and none that has its own test",
  async (t) => {
    const paths = new Set(SOURCES.map(({ path }) => path));
    for (const [path, answeredBy] of Object.entries(ANSWERED_ELSEWHERE)) {
      t.ok(paths.has(path), `${path} exists`);
      t.ok(TESTS.has(answeredBy), `${answeredBy} exists`);
      t.notOk(TESTS.has(namesakeOf(path)), `${path} has no test of its own`);
    }
  },
);

t.test("a file of types needs no test, a file of statements does", async (t) => {
  t.notOk(
    holdsLogic({ path: "src/kv/a.ts", text: "export interface A {\n  readonly b: number;\n}\n".repeat(20) }),
  );
  t.ok(holdsLogic({ path: "src/kv/a.ts", text: "function a() {\n  return 1;\n}\n".repeat(LOGIC_LINES_MIN) }));
});
