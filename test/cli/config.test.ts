import { readFileSync } from "node:fs";
import t from "tap";
import type { ConfigSources } from "../../src/cli/config.ts";
import { loadConfig } from "../../src/cli/config.ts";
import { ProgramError } from "../../src/cli/program-error.ts";

const GOOD = "data_dir: /d\nsecurity: plain\n";

function load(text: string | undefined, more: Partial<ConfigSources> = {}) {
  const file = text === undefined ? undefined : { path: "kvd.yaml", text };
  return loadConfig({ file, environment: {}, flags: {}, ...more });
}

function errorOf(text: string | undefined, more: Partial<ConfigSources> = {}): string {
  try {
    load(text, more);
  } catch (error) {
    if (error instanceof ProgramError && error.exitCode === 2) return error.message;
    throw error;
  }
  return "no error";
}

t.test("the file in conf/ is a good configuration", async (t) => {
  const text = readFileSync(new URL("../../../conf/kvd.yaml", import.meta.url), "utf8");
  t.match(load(text).config, { data_dir: "/var/lib/kvd/main", security: "plain", log_level: "info" });
});

t.test(
  "a flag goes before the environment, the environment before the file, the file before the default",
  async (t) => {
    const environment = { KVD_SERVER_DATA_DIR: "/e", KVD_SERVER_LOG_LEVEL: "error", PATH: "/bin" };
    const { config, settings } = load(`${GOOD}log_level: debug\n`, {
      environment,
      flags: { data_dir: "/f" },
    });
    t.match(config, { data_dir: "/f", log_level: "error", name: undefined });
    const origins = Object.fromEntries(settings.map(({ key, origin }) => [key, origin]));
    t.same(origins, {
      name: "default",
      data_dir: "--data-dir",
      listen: "default",
      security: "kvd.yaml:2",
      log_level: "KVD_SERVER_LOG_LEVEL",
      log_format: "default",
      "disk.reserve": "default",
      "disk.quota": "default",
      trace: "default",
      "history.age": "default",
      "history.revisions": "default",
      "tail.slots": "default",
      "tail.bytes": "default",
      "snapshot.slots": "default",
      "snapshot.bytes": "default",
      "http.listen": "default",
      "http.auth": "default",
      "http.tls.cert": "default",
      "http.tls.key": "default",
    });
  },
);

t.test("what is kept of the log, and how often a snapshot is made, is told in slots and bytes", async (t) => {
  t.match(load(GOOD).config, {
    tail: { slots: 10_000, bytes: 64 * 2 ** 20 },
    snapshotPeriod: { slots: 100_000, bytes: 256 * 2 ** 20 },
  });
  const { config } = load(`${GOOD}tail:\n  slots: 7\n  bytes: 1KiB\nsnapshot:\n  slots: 9\n  bytes: 2KiB\n`);
  t.match(config, { tail: { slots: 7, bytes: 1024 }, snapshotPeriod: { slots: 9, bytes: 2048 } });
  t.match(errorOf(`${GOOD}tail.slots: 0\n`), /kvd\.yaml:3: tail\.slots: a .*number/);
  t.match(errorOf(`${GOOD}snapshot.bytes: many\n`), /kvd\.yaml:3: snapshot\.bytes: a size/);
});

t.test("the settings of a section are found by flag, variable, section and whole name", async (t) => {
  const loopback = { host: "127.0.0.1", port: 7480 };
  t.same(load(GOOD).config.http, { listen: loopback, auth: "off", tls: undefined });
  t.equal(load(`${GOOD}http:\n  listen: off\n`).config.http, undefined);
  t.match(load(`${GOOD}http.listen: 127.0.0.1:1\n`).config.http, { listen: { port: 1 } });
  const environment = { KVD_SERVER_HTTP_LISTEN: "127.0.0.1:2" };
  t.match(load(GOOD, { environment }).config.http, { listen: { port: 2 } });
  t.match(load(GOOD, { environment, flags: { "http.listen": "[::1]:3" } }).config.http, {
    listen: { port: 3 },
  });
  t.match(
    errorOf(`${GOOD}http:\n  lisen: off\n`),
    "kvd.yaml:4: 'http.lisen' is no setting; did you mean 'http.listen'?",
  );
  t.match(
    errorOf(`${GOOD}http:\n  listen: 0.0.0.0:7480\n`),
    /kvd\.yaml:4: http\.listen: .*loopback alone.*0\.0\.0\.0/,
  );
  t.match(errorOf(`${GOOD}http:\n  auth: none\n`), /one of off, token is needed/);
  t.match(errorOf(`${GOOD}http:\n  auth: token\n`), /kvd\.yaml:4: http\.auth: .*http\.tls\.cert/);
  t.match(errorOf(`${GOOD}http: off\n`), /'http' is no setting/);
});

t.test("the window of the past has a default, and bounds", async (t) => {
  t.same(load(GOOD).config.history, { ageMs: 3_600_000, revisions: 1_000_000 });
  const short = load(`${GOOD}history:\n  age: 90s\n  revisions: 1000\n`);
  t.same(short.config.history, { ageMs: 90_000, revisions: 1000 });
  const environment = { KVD_SERVER_HISTORY_REVISIONS: "7" };
  const named = load(GOOD, { environment, flags: { "history.age": "2h" } });
  t.same(named.config.history, { ageMs: 7_200_000, revisions: 7 });
  t.same(
    named.settings.filter(({ key }) => key.startsWith("history.")),
    [
      { key: "history.age", value: "2h", origin: "--history-age" },
      { key: "history.revisions", value: "7", origin: "KVD_SERVER_HISTORY_REVISIONS" },
    ],
  );
  for (const age of ["0s", "999ms", "90000h", "soon", "60"])
    t.match(errorOf(`${GOOD}history.age: ${age}\n`), /kvd\.yaml:3: history\.age: a duration .*needed/, age);
  for (const count of ["0", "-1", "1.5", "many", "1e10"])
    t.match(errorOf(`${GOOD}history.revisions: ${count}\n`), /kvd\.yaml:3: history\.revisions: a .*number/);
});

t.test("an unknown setting is refused with its line and the nearest name", async (t) => {
  t.equal(
    errorOf(`${GOOD}lisen: 127.0.0.1:1\n`),
    "kvd.yaml:3: 'lisen' is no setting; did you mean 'listen'?",
  );
  t.match(errorOf(GOOD, { environment: { KVD_SERVER_DATADIR: "/x" } }), /did you mean KVD_SERVER_DATA_DIR\?/);
});

t.test("a wrong value is refused with line, rule and value", async (t) => {
  t.match(
    errorOf("data_dir: [1]\nsecurity: plain\n"),
    /^kvd\.yaml:1: data_dir: a directory is needed.*\[1\]$/,
  );
  t.match(errorOf(`${GOOD}log_level: 7\n`), /^kvd\.yaml:3: log_level: one of debug.*it is 7$/);
  t.match(
    errorOf(`${GOOD}listen: localhost:1\n`),
    /^kvd\.yaml:3: listen: IP:PORT is needed; it is "localhost:1"$/,
  );
  t.match(errorOf("a: [\n"), /^kvd\.yaml:\d: not YAML/);
  t.match(errorOf("- 1\n"), /^kvd\.yaml:1: /);
});

t.test("security has to be plain, said openly, and plain listens on loopback alone", async (t) => {
  t.match(errorOf("data_dir: /d\n"), /security is not set: it has to be 'plain'/);
  t.match(errorOf("data_dir: /d\nsecurity: tls\n"), /^kvd\.yaml:2: security: .*it is "tls"$/);
  t.match(errorOf(`${GOOD}listen: 10.0.0.1:7400\n`), /loopback alone/);
  t.same(load(`${GOOD}listen: "[::1]:7400"\n`).config.listen, { host: "::1", port: 7400 });
});

t.test("everything that is wrong is said at once, in the order of the file", async (t) => {
  const text = "lisen: x\nlog_level: loud\nlisten: localhost:1\n";
  const lines = errorOf(text, { environment: { KVD_SERVER_NAM: "n1", KVD_SERVER_TRACE: "" } }).split("\n");
  t.same(lines, [
    "kvd.yaml:1: 'lisen' is no setting; did you mean 'listen'?",
    'kvd.yaml:2: log_level: one of debug, info, warning, error is needed; it is "loud"',
    'kvd.yaml:3: listen: IP:PORT is needed; it is "localhost:1"',
    "kvd.yaml: data_dir is not set: a directory is needed: the one that kvd init made; " +
      "set it in the file, by --data-dir or KVD_SERVER_DATA_DIR",
    "kvd.yaml: security is not set: it has to be 'plain', said openly: this version cannot encrypt, " +
      "and serves loopback alone; set it in the file, by --security or KVD_SERVER_SECURITY",
    'KVD_SERVER_TRACE: trace: a file is needed; it is ""',
    "the environment variable KVD_SERVER_NAM is no setting; did you mean KVD_SERVER_NAME?",
  ]);
});

t.test("of a file that is no list of settings nothing is said to be missing", async (t) => {
  t.equal(errorOf("- 1\n"), "kvd.yaml:1: lines of 'setting: value' are needed");
  t.match(errorOf("name: a\nname: b\nname: c\n").split("\n"), [
    /^kvd\.yaml:2: not YAML: /,
    /^kvd\.yaml:3: not YAML: /,
  ]);
});

t.test("without a file the needed settings come from flags or environment, or are named", async (t) => {
  t.match(errorOf(undefined), /data_dir is not set.*--data-dir or KVD_SERVER_DATA_DIR/);
  t.match(load(undefined, { flags: { data_dir: "/f", security: "plain" } }).config, { data_dir: "/f" });
});
