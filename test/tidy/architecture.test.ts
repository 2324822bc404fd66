import t from "tap";
import { IMPORT_TABLE, importBreaches, importCycle } from "./import-table.ts";
import { importsOf } from "./imports.ts";
import { type SourceFile, sourceFiles } from "./source-files.ts";

const SOURCES = sourceFiles("src", [".ts"]);
const file = (path: string, text: string): SourceFile => ({ path, text });

t.test("every import in src/ is one that the table allows", async (t) => {
  t.ok(SOURCES.length > 10, "the sources were found");
  t.strictSame(SOURCES.flatMap(importBreaches), []);
});

t.test("no file imports itself in a circle", async (t) => {
  t.equal(importCycle(SOURCES), undefined);
});

t.test("a folder of src/ without a row in the table is a breach", async (t) => {
  t.equal(importBreaches(file("src/magic/wand.ts", 'import "../base/ids.ts";')).length, 1);
  t.equal(importBreaches(file("src/loose.ts", 'import { slot } from "./base/ids.ts";')).length, 1);
});

t.test("the scan sees every way to name a module", async (t) => {
  const text = [
    'import { a } from "one";',
    "import type {\n  B,\n  C, // from 'nowhere'\n} from 'two';",
    'export { d } from "three";',
    'export type * from "four";',
    'import "five";',
    'const six = await import("six");',
    'export const text = `import x from "not this"`;',
    '// import x from "nor this";',
    'import e, { type F } from "seven";',
    'export * as g from "eight";',
  ].join("\n");
  t.strictSame(
    importsOf(text)
      .map(({ specifier }) => specifier)
      .filter((specifier) => !specifier.startsWith("n"))
      .sort(),
    ["eight", "five", "four", "one", "seven", "six", "three", "two"],
  );
  t.equal(importsOf(text).find(({ specifier }) => specifier === "two")?.line, 2);
});

const PLANTED: readonly (readonly [path: string, statement: string])[] = [
  ["src/base/ids.ts", 'import { ballot } from "../paxos/ballot.ts";'],
  ["src/paxos/acceptor.ts", 'import type { Row } from "../kv/state.ts";'],
  ["src/paxos/acceptor.ts", 'import { readFileSync } from "node:fs";'],
  ["src/kv/machine.ts", 'export { open } from "lmdb";'],
  ["src/transport/link.ts", 'import type {\n  Message,\n} from "../paxos/messages.ts";'],
  ["src/wire/codec.ts", 'import { open } from "lmdb";'],
  ["src/storage/lmdb-environment.ts", 'import protobuf from "protobufjs";'],
  ["src/storage/lmdb-log.ts", 'import { node } from "../node/node.ts";'],
  ["src/storage/lmdb-storage.ts", 'import { open } from "lmdb";'],
  ["src/storage/memory-storage.ts", 'import { readFileSync } from "node:fs";'],
  ["src/io/udp-network.ts", 'import { frame } from "../transport/frame.ts";'],
  ["src/node/node.ts", 'import { openLmdb } from "../storage/lmdb-storage.ts";'],
  ["src/node/node.ts", 'import { createSocket } from "node:dgram";'],
  ["src/client/client.ts", 'import { openUdp } from "../io/udp-network.ts";'],
  ["src/client/open.ts", 'import { put } from "../node/put.ts";'],
  ["src/dev/cluster.ts", 'import { openNode } from "../node/node.ts";'],
  ["src/cli/kvcli.ts", 'import { open } from "lmdb";'],
  ["src/cli/kvcli.ts", 'import { helper } from "../helper.ts";'],
  ["src/cli/verbs/start.ts", 'import { simulate } from "../../lab/simulation.ts";'],
];

for (const [path, statement] of PLANTED) {
  t.test(`${path} may not say ${statement.replace(/\s+/g, " ")}`, async (t) => {
    t.equal(importBreaches(file(path, statement)).length, 1);
  });
}

const ALLOWED: readonly (readonly [path: string, statement: string])[] = [
  ["src/paxos/acceptor.ts", 'import { assert } from "../base/assert.ts";'],
  ["src/wire/codec.ts", 'import protobuf from "protobufjs/minimal.js";'],
  ["src/storage/lmdb-environment.ts", 'import { open } from "lmdb";'],
  ["src/node/node.ts", 'import type { Storage } from "../storage/storage.ts";'],
  ["src/client/open.ts", 'import { openUdp } from "../io/udp-network.ts";'],
  ["src/cli/kvcli.ts", 'import yargs from "yargs/yargs";'],
  ["src/cli/kvcli.ts", 'import { open } from "../client/open.ts";'],
];

for (const [path, statement] of ALLOWED) {
  t.test(`${path} may say ${statement}`, async (t) => {
    t.strictSame(importBreaches(file(path, statement)), []);
  });
}

t.test("a planted circle is found, through type-only imports too", async (t) => {
  const files = [
    file("src/kv/a.ts", 'import { b } from "./b.ts";'),
    file("src/kv/b.ts", 'import type { C } from "../paxos/c.ts";'),
    file("src/paxos/c.ts", 'export { a } from "../kv/a.ts";'),
    file("src/kv/d.ts", 'import { a } from "./a.ts";'),
  ];
  t.equal(importCycle(files), "src/kv/a.ts -> src/kv/b.ts -> src/paxos/c.ts -> src/kv/a.ts");
  t.equal(importCycle(files.slice(0, 2)), undefined);
});

t.test("the list of storage files that touch the disk names files that exist", async (t) => {
  const paths = new Set(SOURCES.map(({ path }) => path));
  for (const path of IMPORT_TABLE["storage"]?.outsideIn ?? []) t.ok(paths.has(path), path);
});

t.test("protobufjs and lmdb have one home each", async (t) => {
  const homes = (name: string): readonly string[] =>
    Object.entries(IMPORT_TABLE)
      .filter(([, row]) => row.outside?.some((allowed) => allowed === name) === true)
      .map(([folder]) => folder);
  t.strictSame(homes("lmdb"), ["storage"]);
  t.strictSame(homes("protobufjs"), ["wire"]);
  t.strictSame(homes("yargs"), ["cli"]);
  t.strictSame(homes("fastify"), ["gateway"]);
});
