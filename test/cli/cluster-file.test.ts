import t from "tap";
import { toHex } from "../../src/base/bytes.ts";
import { formatClusterFile, parseClusterFile, planCluster } from "../../src/cli/cluster-file.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";

const crypto = new SystemCrypto();
const MEMBERS = [
  { name: "n1", host: "127.0.0.1", port: 7401 },
  { name: "n2", host: "::1", port: 7402 },
];
const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

t.test("a plan survives its file", async (t) => {
  const plan = planCluster(MEMBERS, seed(1), crypto);
  t.same(parseClusterFile(formatClusterFile(plan), crypto), plan);
});

t.test("different seeds and different members give different clusters", async (t) => {
  const plans = [
    planCluster(MEMBERS, seed(1), crypto),
    planCluster(MEMBERS, seed(2), crypto),
    planCluster(MEMBERS.toReversed(), seed(1), crypto),
    planCluster(MEMBERS.slice(1), seed(1), crypto),
  ];
  t.equal(new Set(plans.map((plan) => toHex(plan.clusterId))).size, 4);
});

t.test("a file that was changed by hand is refused", async (t) => {
  const text = formatClusterFile(planCluster(MEMBERS, seed(1), crypto));
  t.throws(() => parseClusterFile(text.replace("7401", "7409"), crypto), /file was changed/);
  t.throws(() => parseClusterFile(text.replace("format: 1", "format: 2"), crypto), /format 2 is not known/);
  t.throws(() => parseClusterFile(text.replace("seed", "sed"), crypto), /sed|seed/);
  t.throws(() => parseClusterFile(`${text}more: 1\n`, crypto), /more/);
  t.throws(() => parseClusterFile("[", crypto));
  t.throws(() => parseClusterFile("", crypto));
});

t.test("names and endpoints are used once, and names can be typed", async (t) => {
  const [first, second] = MEMBERS;
  if (first === undefined || second === undefined) throw new Error("two members are needed");
  t.throws(
    () => planCluster([first, { ...second, name: "n1" }], seed(1), crypto),
    /two members have the name n1/,
  );
  t.throws(
    () => planCluster([first, { ...first, name: "n2" }], seed(1), crypto),
    /two members have the endpoint/,
  );
  for (const name of ["", "1", "a b", "a/b", "-x", "x".repeat(64)]) {
    t.throws(() => planCluster([{ ...first, name }], seed(1), crypto), /is no node name/, name);
  }
});
