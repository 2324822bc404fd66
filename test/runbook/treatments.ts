import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { TEST_CERT, TEST_KEY } from "../gateway/certificate.ts";
import { until } from "../until.ts";
import type { Host } from "./host.ts";

/** What becomes of a command of the document. */
export type Treatment =
  /** It runs here, and ends with one of `statuses` (0 alone by default); what it prints has `shows` in it. */
  | {
      readonly kind: "runs";
      readonly statuses?: readonly number[];
      readonly shows?: RegExp;
      readonly before?: (host: Host) => Promise<void>;
      readonly after?: (host: Host) => Promise<void>;
    }
  /** It starts a node, which goes on; `meanwhile` is what the reader does then. */
  | { readonly kind: "starts"; readonly node: string; readonly meanwhile?: (host: Host) => Promise<void> }
  /** The test itself does the same in the place of a service manager. */
  | { readonly kind: "acted"; readonly by: (host: Host) => Promise<void> }
  /** It takes root, systemd or minutes. The file `by` runs it, by the words `as`. */
  | { readonly kind: "seen"; readonly by: string; readonly as: string }
  /** Nothing runs it, for a reason. */
  | { readonly kind: "untried"; readonly why: string };

const SETTINGS = "'data_dir: /var/lib/kvd/n1\\nsecurity: plain\\nhttp:\\n  listen: 127.0.0.1:7481\\n";
const START = "kvd start --config /etc/kvd/n1.yaml";

/** Steps 2 and 3 of the first cluster once more, as the document says, for a second and a third node. */
async function startOthers(host: Host): Promise<void> {
  for (const number of ["2", "3"]) {
    const theirs = (text: string) => text.replaceAll("n1", `n${number}`).replace("7481", `748${number}`);
    await done(host, theirs("kvd init --cluster cluster.yaml --node n1 --data-dir /var/lib/kvd/n1"));
    await done(host, theirs(`printf ${SETTINGS}' > /etc/kvd/n1.yaml`));
    host.start(`n${number}`, theirs(START));
  }
}

/** Runs what the test does besides the document. */
async function done(host: Host, text: string): Promise<void> {
  const { status, stderr } = await host.run(text);
  assert.equal(status, 0, `${text}: ${stderr}`);
}

/** What the document does by a loop in the shell, without a process for each look. */
async function ready(host: Host, ...names: readonly string[]): Promise<void> {
  for (const name of names)
    await until(`${name} is ready`, async () => (await host.run(`kvadm is-ready ${name} -q`)).status === 0);
}

/** `systemctl restart kvd` on the host of n2. */
async function restartSecond(host: Host): Promise<void> {
  await host.stop("n2");
  host.start("n2", START.replace("n1", "n2"));
}

/** Two machines have burned, and the third is stopped. */
async function stopAll(host: Host): Promise<void> {
  for (const name of ["n1", "n2", "n3"]) await host.stop(name);
}

/** Gives n1 a certificate, as `http.auth: token` needs one. */
async function secure(host: Host): Promise<void> {
  const tls = "auth: token\\n  tls:\\n    cert: /etc/kvd/http.pem\\n    key: /etc/kvd/http.key\\n";
  writeFileSync(host.here("/etc/kvd/http.pem"), TEST_CERT);
  writeFileSync(host.here("/etc/kvd/http.key"), TEST_KEY, { mode: 0o600 });
  await done(host, `printf ${SETTINGS}  ${tls}' > /etc/kvd/n1.yaml && cp /etc/kvd/http.pem ca.pem`);
  await host.stop("n1");
  host.start("n1", START);
  await ready(host, "n1");
  await done(host, "kvcli put colour green");
}

/** What is done to see that a member that was removed ends with the status that the document names. */
function endsRemoved(name: string) {
  return async (host: Host): Promise<void> => {
    assert.equal(await host.ended(name), 11, `${name} was removed`);
  };
}

/** The commands of a block that the booted system executes as they stand in the document. */
function inBlock(heading: string, number = 1): Treatment {
  return { kind: "seen", by: "test/systemd/inside.sh", as: `documented "${heading}" ${number}` };
}

function inside(as: string): Treatment {
  return { kind: "seen", by: "test/systemd/inside.sh", as };
}

const RUNS: Treatment = { kind: "runs" };
/** These go on until a key is pressed. */
const LIVE = /^kvadm (?:status -w|top)(?: |$)/;
/** Whatever begins otherwise might do something to the machine that the test runs on. */
const HARMLESS = /^(?:kvadm|kvcli|kvd|kvlab|curl|mkdir|printf|export|until) /;

/**
 * Every command of docs/OPERATIONS.md that does not simply run and succeed, by its text or how that begins (`...`). What is
 * not here runs in the test, unless it could harm this machine.
 */
const TABLE: Readonly<Record<string, Treatment>> = {
  "npm ci && npm run build": { kind: "untried", why: "it made the programs that run here" },
  "kvd init --cluster cluster.yaml --node n1 ...": {
    kind: "runs",
    before: (host) => done(host, "mkdir -p /var/lib/kvd"),
  },
  "kvd start --config /etc/kvd/n1.yaml": { kind: "starts", node: "n1", meanwhile: startOthers },
  "kvadm status": { kind: "runs", before: (host) => ready(host, "n1", "n2", "n3"), shows: /n1.*n2.*n3/s },
  "kvcli put greeting hello ...": { kind: "runs", shows: /hello/ },

  // Install from the package.
  "npm ci && npm run package:deb": { kind: "seen", by: "test/systemd/run.sh", as: "scripts/deb/make.mjs" },
  "apt install ...": inside('dpkg -i "$1"'),
  "systemctl start kvd": inside("systemctl start kvd"),
  "dpkg --ignore-depends=nodejs ...": inside("dpkg --ignore-depends=nodejs -i"),
  "echo KVD_NODE=...": inside("KVD_NODE=/opt/node/bin/node"),
  "apt remove kvd": inside("dpkg -r kvd"),
  "apt purge kvd": inside("dpkg -P kvd"),
  "KVD_PURGE_DATA=yes apt purge kvd": inside("KVD_PURGE_DATA=yes dpkg -P kvd"),
  "npm run systemd": { kind: "untried", why: "seven minutes, as root: a command of its own" },

  // Install from a clone, and under systemd.
  "ln -s /opt/kvd/bin/kvd ...": inBlock("Install from a clone"),
  "install -D -m 0644 -t /etc/systemd/system/kvd.service.d ...": inBlock("Under systemd"),
  "install ...": inBlock("Install from a clone"),
  "runuser -u kvd ...": inBlock("Install from a clone"),
  "systemctl daemon-reload": inBlock("Install from a clone"),
  "systemctl enable --now kvd": inBlock("Install from a clone"),
  "systemd-analyze security": inside("systemd-analyze security"),
  "kvadm cluster new n1=127.0.0.1:7401 n2=127.0.0.1:7402 n3=127.0.0.1:7403 -f ...":
    inBlock("Several nodes on one host"),
  "for i in 1 2 3; do ...": inBlock("Several nodes on one host"),
  "chgrp kvd ...": inBlock("Several nodes on one host"),
  "systemctl enable --now kvd@n1 kvd@n2 kvd@n3": inBlock("Several nodes on one host"),
  "systemctl stop kvd": inside("systemctl stop kvd"),
  "systemctl status kvd": inside("systemctl status --no-pager"),
  "journalctl -u kvd ...": inside("journalctl --no-pager -u"),
  "docker compose ...": {
    kind: "untried",
    why: "an engine is needed; the document says that none has tried it",
  },

  // Everyday.
  "kvadm is-leader n2 -q": { kind: "runs", statuses: [0, 1] },
  // What it advises depends on this machine's disk and load.
  "kvadm doctor": { kind: "runs", statuses: [0, 7] },
  "kvadm inspect /var/lib/kvd/main": {
    kind: "runs",
    before: (host) => done(host, "ln -s n1 /var/lib/kvd/main"),
    shows: /n1/,
  },
  "kvadm refetch ...": { kind: "runs", statuses: [2], shows: /not fenced/ },
  "kvadm failover --force --to n2": { kind: "runs", statuses: [0, 1], shows: /leads/ },
  // The verbs do no more than call what is tried there.
  "kvadm dev up": { kind: "seen", by: "test/dev/cluster.test.ts", as: "DevCluster.up" },
  "kvadm dev kill n1": { kind: "seen", by: "test/dev/cluster.test.ts", as: ".kill(" },
  "systemctl restart kvd": { kind: "acted", by: restartSecond },
  "npm run rolling": { kind: "untried", why: "many minutes: a command of its own" },

  // Who is in the cluster.
  "kvd start --data-dir /var/lib/kvd/n4 ...": {
    kind: "starts",
    node: "n4",
    meanwhile: (host) => ready(host, "n4"),
  },
  "kvadm member remove n4": { kind: "runs", after: endsRemoved("n4") },
  "kvadm member replace ...": { kind: "seen", by: "test/cli/verbs/member.test.ts", as: '"replace"' },
  "kvadm member remove n3": { kind: "runs", after: endsRemoved("n3") },
  "kvd init --join n3.join ...": {
    kind: "runs",
    after: async (host) => {
      host.start(
        "n3",
        "kvd start --data-dir /var/lib/kvd/n3-new --security plain --http-listen 127.0.0.1:7483",
      );
      await ready(host, "n3");
    },
  },

  // Who may use the cluster.
  "curl --cacert ...": { kind: "runs", before: secure, shows: /"green"/ },

  // When something is wrong.
  // It waits for what was asked for, and says when that did not come.
  "kvadm compact --keep 1": { kind: "runs", shows: /^(?!.*still keeps)/s },
  "kvadm compact --history 10m": { kind: "runs", statuses: [1] },
  "chronyc tracking": { kind: "untried", why: "it asks the service that keeps the clock of a real host" },
  "smartctl -H": { kind: "untried", why: "it asks a disk of its own" },
  "npm run bench -- --attach ...": { kind: "untried", why: "minutes: a command of its own" },

  // Backup and restore.
  "kvd start --data-dir /tmp/look ...": { kind: "starts", node: "look" },
  "kvadm recover /var/lib/kvd/main --dry-run": {
    kind: "runs",
    before: stopAll,
    shows: /^cluster .*^member .*^directory .*^begins with .*^chosen .*^may be lost /ms,
  },
  "kvcli -E 127.0.0.1:7410 get greeting": { kind: "runs", shows: /hello/ },
};

/** The row of a command: the longest that fits. */
export function rowOf(text: string): string | undefined {
  return Object.keys(TABLE)
    .filter((of) => (of.endsWith("...") ? text.startsWith(of.slice(0, -3).trimEnd()) : text === of))
    .sort((left, right) => right.length - left.length)[0];
}

/** What becomes of the command; one without a row runs, and succeeds. Undefined: it needs a row. */
export function treatmentOf(text: string): Treatment | undefined {
  const row = rowOf(text);
  if (row !== undefined) return TABLE[row];
  if (LIVE.test(text)) return { kind: "seen", by: "test/e2e/live-views.test.ts", as: "} status -w" };
  return HARMLESS.test(text) ? RUNS : undefined;
}

/** All rows, each of which a command of the document has to need. */
export function rows(): readonly string[] {
  return Object.keys(TABLE);
}
