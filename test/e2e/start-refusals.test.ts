import { createSocket } from "node:dgram";
import { once } from "node:events";
import { cpSync, mkdirSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { present } from "../../src/base/assert.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import { FieldWriter } from "../../src/storage/layout.ts";
import { LmdbEnvironment } from "../../src/storage/lmdb-environment.ts";
import { makeRecord, RECORD_TYPE } from "../../src/storage/record.ts";
import { FORMAT_KEY, LOG_TABLES } from "../../src/storage/schema.ts";
import { runProgram } from "./programs.ts";
import { withCluster, withDirectory } from "./with-cluster.ts";

/** What an operator sees: one line, and an exit status that says whether a restart can help. */
async function refused(
  t: Test,
  args: readonly string[],
  expected: { readonly status: number; readonly line: RegExp; readonly title: string },
): Promise<void> {
  const { status, stdout, stderr } = await runProgram("kvd", args);
  t.equal(status, expected.status, `${expected.title}: exit ${expected.status}`);
  const lines = stderr.trimEnd().split("\n");
  t.equal(lines.length, 1, `${expected.title}: one line`);
  t.match(stderr, expected.line, expected.title);
  t.match(stderr, /[:;] /, `${expected.title}: what, and why or what to do`);
  t.notMatch(stderr, /\bat .*:\d+:\d+/, `${expected.title}: no stack`);
  t.equal(stdout, "");
}

const startIn = (dir: string, ...more: readonly string[]): readonly string[] => [
  "start",
  "--data-dir",
  dir,
  "--security",
  "plain",
  "--http-listen",
  "off",
  ...more,
];

async function madeDirectory(parent: string, name: string): Promise<string> {
  const dir = join(parent, name);
  const { status, stderr } = await runProgram("kvd", ["init", "--single", "--data-dir", dir]);
  if (status !== 0) throw new Error(stderr);
  return dir;
}

async function makeNewer(dir: string): Promise<void> {
  const log = new LmdbEnvironment({ path: join(dir, "log"), tables: LOG_TABLES, mode: "write" });
  const body = new FieldWriter().u32(1_000).text("of a later version").finish();
  const value = makeRecord(new SystemCrypto(), RECORD_TYPE.format, FORMAT_KEY, body);
  await log.commit([{ table: "meta", key: FORMAT_KEY, value }]);
  await log.close();
}

function overwrite(path: string, bytes: Uint8Array, position: number): void {
  writeSync(openSync(path, "r+"), bytes, 0, bytes.length, position);
}

t.test("a directory that cannot be used is refused in one line", { timeout: 300_000 }, async (t) => {
  await withDirectory(async (parent) => {
    const missing = join(parent, "missing");
    await refused(t, startIn(missing), {
      status: 9,
      line: /missing does not exist.*kvd init/,
      title: "missing",
    });
    const empty = join(parent, "empty");
    mkdirSync(empty);
    await refused(t, startIn(empty), { status: 9, line: /empty.*kvd init/, title: "empty" });
    const foreign = join(parent, "foreign");
    mkdirSync(foreign);
    writeFileSync(join(foreign, "holiday.jpg"), "not ours");
    await refused(t, startIn(foreign), { status: 8, line: /foreign/, title: "of something else" });
    await refused(t, ["init", "--single", "--data-dir", foreign], {
      status: 8,
      line: /foreign/,
      title: "init there",
    });

    const made = await madeDirectory(parent, "made");
    await refused(t, startIn(made, "--name", "n2"), {
      status: 8,
      line: /belongs to node/,
      title: "another node's",
    });
    await refused(t, ["init", "--single", "--data-dir", made], {
      status: 8,
      line: /made/,
      title: "init twice",
    });

    const newer = join(parent, "newer");
    cpSync(made, newer, { recursive: true });
    await makeNewer(newer);
    await refused(t, startIn(newer), { status: 8, line: /newer/, title: "newer format" });
    await damaged(t, parent, made);
  });
});

async function damaged(t: Test, parent: string, made: string): Promise<void> {
  const faults: Readonly<Record<string, (file: string) => void>> = {
    truncated: (file) => truncateSync(file, 4_096),
    "of no length": (file) => truncateSync(file, 0),
    "overwritten at its head": (file) => overwrite(file, new Uint8Array(8_192).fill(0x5a), 0),
    removed: (file) => rmSync(file),
  };
  for (const [title, spoil] of Object.entries(faults)) {
    const dir = join(parent, `damaged-${title.replaceAll(" ", "-")}`);
    cpSync(made, dir, { recursive: true });
    spoil(join(dir, "log", "data.mdb"));
    await refused(t, startIn(dir), { status: 7, line: /log/, title: `a log ${title}` });
  }
}

t.test("a directory or port in use is refused in one line", { timeout: 300_000 }, async (t) => {
  await withCluster(async (cluster) => {
    const node = present(cluster.list()[0], "there is a node");
    await refused(t, startIn(node.dir), {
      status: 8,
      line: /in use|already|another process/,
      title: "in use",
    });
    t.equal(cluster.list()[0]?.state, "running", "the one who has it is not disturbed");
  }, 1);
  await withDirectory(async (parent) => {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const listen = `127.0.0.1:${socket.address().port}`;
    const made = await madeDirectory(parent, "made");
    await refused(t, startIn(made, "--listen", listen), {
      status: 9,
      line: new RegExp(`port.*${socket.address().port}|${listen}`),
      title: "port",
    });
    socket.close();
  });
});

t.test("a bad configuration is refused in one line that names the place", { timeout: 300_000 }, async (t) => {
  await withDirectory(async (parent) => {
    const configs: Readonly<Record<string, readonly [text: string, line: RegExp]>> = {
      "an unknown setting": ["data_dir: /tmp\nsecurity: plain\ndata_dri: x\n", /:3: 'data_dri'.*data_dir/],
      "a wrong type": ["data_dir: [1]\nsecurity: plain\n", /:1: data_dir/],
      "no directory": ["security: plain\n", /data_dir is not set/],
      "no security": ["data_dir: /tmp/x\n", /security/],
      "not YAML": ["data_dir: 'x\n", /:\d+: not YAML/],
      "an address that is not loopback": [
        "data_dir: /tmp/x\nsecurity: plain\nlisten: 8.8.8.8:7400\n",
        /:3: listen.*loopback/,
      ],
    };
    for (const [title, [text, line]] of Object.entries(configs)) {
      const file = join(parent, "kvd.yaml");
      writeFileSync(file, text);
      await refused(t, ["start", "--config", file], { status: 2, line, title });
    }
    const absent = join(parent, "absent.yaml");
    await refused(t, ["start", "--config", absent], {
      status: 2,
      line: /absent\.yaml/,
      title: "no such file",
    });
    await refused(t, ["start", "--data-dri", "x"], { status: 2, line: /data-dir/, title: "an unknown flag" });
  });
});
