import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { KVD as KVD_PROGRAM } from "../../../src/cli/kvd.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { clusterCommand } from "../../../src/cli/verbs/cluster.ts";
import { devCommand } from "../../../src/cli/verbs/dev.ts";
import { initCommand } from "../../../src/cli/verbs/init.ts";
import { startCommand } from "../../../src/cli/verbs/start.ts";
import { openClient } from "../../../src/client/open.ts";
import { freePorts } from "../../../src/dev/ports.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const KVD = join(import.meta.dirname, "..", "..", "..", "..", "bin", "kvd");
const dir = mkdtempSync(join(tmpdir(), "kvd-start-test-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));

interface Ended {
  readonly status: number;
  readonly stderr: string;
}

/** Runs the real program to its end. */
function kvd(...argv: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env["PATH"] }, timeout: 60_000 };
    const child = execFile(process.execPath, [KVD, ...argv], options, (_error, _stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, stderr });
    });
  });
}

const START = ["start", "--http-listen", "off", "--security", "plain", "--data-dir"];

const start = (directory: string, ...more: string[]): Promise<Ended> => kvd(...START, directory, ...more);

async function madeDirectory(name: string): Promise<{ readonly path: string; readonly port: number }> {
  const [port] = await freePorts(1);
  const path = join(dir, name);
  const made = await kvd("init", "--single", "--listen", `127.0.0.1:${port}`, "--data-dir", path);
  if (made.status !== 0) throw new Error(made.stderr);
  return { path, port: port ?? 0 };
}

const ONE_LINE = /^kvd: [^\n]+\n$/;

t.test(
  "kvd init never touches a directory that is in use, and says what is wrong with its arguments",
  async (t) => {
    const { path } = await madeDirectory("made-once");
    t.match(await kvd("init", "--single", "--data-dir", path), { status: 8, stderr: ONE_LINE });
    t.match(await kvd("init", "--single"), { status: 2, stderr: /--data-dir is missing/ });
    t.match(await kvd("init", "--data-dir", join(dir, "x")), {
      status: 2,
      stderr: /--node NAME, or --single/,
    });
    const absent = [
      "init",
      "--cluster",
      join(dir, "none.yaml"),
      "--node",
      "n1",
      "--data-dir",
      join(dir, "x"),
    ];
    t.match(await kvd(...absent), { status: 9, stderr: /kvadm cluster new/ });
  },
);

t.test(
  "kvd init takes the place from the settings, and --if-missing leaves alone what is there",
  async (t) => {
    const file = join(dir, "place.yaml");
    const path = join(dir, "place");
    const init = (...more: string[]): Promise<number> =>
      runProgram(KVD_PROGRAM, ["init", "--single", "--config", file, ...more], new FakeTerminal());
    writeFileSync(file, `data_dir: ${path}\nsecurity: plain\nlisten: 127.0.0.1:7499\n`);
    t.equal(await init("--if-missing"), 0);
    const data = join(path, "log", "data.mdb");
    const made = statSync(data);
    t.equal(await init("--if-missing"), 0);
    t.equal(await init(), 8);
    t.equal(statSync(data).mtimeMs, made.mtimeMs);
    t.ok(readFileSync(data).includes("127.0.0.1"), "the address that the settings name");
    writeFileSync(file, "security: none\n");
    t.equal(await init("--if-missing"), 2);
  },
);

t.test("kvd start tells the service manager when it listens and when it stops", async (t) => {
  const { path } = await madeDirectory("service");
  const heard = join(dir, "heard");
  writeFileSync(join(dir, "systemd-notify"), `#!/bin/sh\necho "$1" >> '${heard}'\n`, { mode: 0o755 });
  const env = {
    PATH: `${dir}:${process.env["PATH"] ?? ""}`,
    NOTIFY_SOCKET: "/run/notify",
    WATCHDOG_USEC: "300000",
  };
  const child = execFile(process.execPath, [KVD, ...START, path], { env });
  t.teardown(() => child.kill("SIGKILL"));
  const until = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const text = existsSync(heard) ? readFileSync(heard, "utf8") : "";
      if (pattern.test(text) || child.exitCode !== null) return text;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  // A start that takes long pings the watchdog, too: what counts is that it goes on afterwards.
  const alive = /^READY=1\n(?:.*\n)*STATUS=n1 .*\n(?:.*\n)*WATCHDOG=1$/m;
  t.match(await until(alive), alive);
  child.kill("SIGTERM");
  t.equal((await once(child, "exit"))[0], 0);
});

t.test("a cluster file makes its members' directories, and no others", async (t) => {
  const file = join(dir, "cluster.yaml");
  const terminal = new FakeTerminal();
  const members = ["n1=127.0.0.1:7401", "n2=localhost:7402"];
  t.equal(await runProgram(KVADM, ["cluster", "new", ...members, "-f", file], terminal), 0);
  t.match(readFileSync(file, "utf8"), /endpoint: 127\.0\.0\.1:7402/, "names are looked up once");
  t.equal(
    await runProgram(KVADM, ["cluster", "new", ...members, "-f", file], terminal),
    9,
    "never overwritten",
  );
  t.equal(await runProgram(KVADM, ["cluster", "new", "n1"], terminal), 2);
  const stranger = await kvd("init", "--cluster", file, "--node", "n3", "--data-dir", join(dir, "n3"));
  t.match(stranger, { status: 2, stderr: /no member 'n3': there are n1, n2/ });
  t.notOk(existsSync(join(dir, "n3")));
  t.match(await kvd("init", "--cluster", file, "--node", "n2", "--data-dir", join(dir, "n2")), { status: 0 });
});

t.test(
  "kvd start refuses what it cannot trust, on one line, with the status that tells whether a restart can help",
  async (t) => {
    t.match(await start(join(dir, "missing")), { status: 9, stderr: ONE_LINE });
    t.notOk(existsSync(join(dir, "missing")), "and never makes a missing directory");
    mkdirSync(join(dir, "empty"));
    t.match(await start(join(dir, "empty")), { status: 9, stderr: ONE_LINE });
    mkdirSync(join(dir, "foreign"));
    writeFileSync(join(dir, "foreign", "letter.txt"), "dear");
    t.match(await start(join(dir, "foreign")), { status: 8, stderr: ONE_LINE });
    const { path } = await madeDirectory("damaged");
    writeFileSync(join(path, "log", "data.mdb"), "this is not what LMDB wrote");
    t.match(await start(path), { status: 7, stderr: ONE_LINE });
  },
);

t.test("a bad configuration is status 2 and names the place", async (t) => {
  const file = join(dir, "kvd.yaml");
  writeFileSync(file, "data_dir: /d\nsecurity: none\n");
  t.match(await kvd("start", "--config", file), { status: 2, stderr: /kvd\.yaml:2: security: .*"none"/ });
  writeFileSync(file, "data_dirr: /d\nsecurity: none\n");
  const wrong = await kvd("--check-config", "--config", file);
  t.equal(wrong.status, 2);
  t.match(
    wrong.stderr,
    /^kvd: .*:1: 'data_dirr'.*\nkvd: .*:2: security: .*\nkvd: .*data_dir is not set.*\n$/,
  );
  t.match(await kvd("--check-config", "--config", join(dir, "absent.yaml")), { status: 2, stderr: ONE_LINE });
  t.match(await kvd("start", "--data-dir", "/d"), { status: 2, stderr: /security is not set/ });
  t.match(await kvd(), { status: 2, stderr: ONE_LINE });
});

t.test(
  "a taken port is status 9, another node's directory 8, and a directory serves one process",
  async (t) => {
    const { path, port } = await madeDirectory("node");
    const taken = createSocket("udp4").bind(port, "127.0.0.1");
    await once(taken, "listening");
    t.match(await start(path), { status: 9, stderr: ONE_LINE });
    taken.close();
    t.match(await start(path, "--name", "n2"), { status: 8, stderr: /belongs to node n1/ });

    const child = execFile(process.execPath, [KVD, ...START, path]);
    let log = "";
    child.stderr?.on("data", (text: string) => {
      log += text;
    });
    while (!log.includes("started") && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    t.match(await start(path), { status: 8, stderr: ONE_LINE }, "in use");
    child.kill("SIGTERM");
    const [status] = await once(child, "exit");
    t.equal(status, 0, "a stop that was asked for is no failure");
    t.match(log, / info stopped/);
  },
);

t.test("a node whose log nobody reads any more serves on", async (t) => {
  const { path, port } = await madeDirectory("unread");
  const child = execFile(process.execPath, [KVD, ...START, path]);
  t.teardown(() => child.kill("SIGKILL"));
  child.stderr?.destroy();
  const client = await openClient({ endpoints: [{ host: "127.0.0.1", port }], timeoutMs: 30_000 });
  t.teardown(() => client.close());
  // By then it has said that it started and that it leads, to nobody.
  t.equal((await client.put("k", "v")).version, 1);
  t.equal(child.exitCode, null);
  child.kill("SIGTERM");
  const [status] = await once(child, "exit");
  t.equal(status, 0);
});

t.test("every command of the daemon and of clusters is described", async (t) => {
  for (const command of [
    initCommand,
    startCommand,
    ...(clusterCommand.commands ?? []),
    ...(devCommand.commands ?? []),
  ]) {
    t.ok(command.describe.length > 0, command.usage);
  }
});
