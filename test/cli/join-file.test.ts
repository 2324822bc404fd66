import t from "tap";
import { formatJoinFile, joiningMember, parseJoinFile } from "../../src/cli/join-file.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import { withLearner } from "../../src/paxos/membership-step.ts";
import { joining, membershipOf, n } from "../paxos/fixtures.ts";

const crypto = new SystemCrypto();
const PLAN = {
  clusterId: new Uint8Array(32).fill(0xab),
  genesis: membershipOf(3),
  node: n(4),
  joined: withLearner(membershipOf(3), joining(4), "joining"),
};

t.test("a plan survives its file, which says to people whose it is", async (t) => {
  const text = formatJoinFile(PLAN, crypto);
  t.same(parseJoinFile(text, crypto), PLAN);
  t.match(text, /^# n4 joins a kvd cluster, at 127\.0\.0\.1:7403/);
  t.equal(joiningMember(PLAN).name, "n4");
});

t.test("a file that was changed by hand, or cut short, is refused", async (t) => {
  const text = formatJoinFile(PLAN, crypto);
  t.throws(() => parseJoinFile(text.replace("node: 4", "node: 3"), crypto), /file was changed/);
  t.throws(() => parseJoinFile(text.replace("cluster_id: ab", "cluster_id: ac"), crypto), /file was changed/);
  t.throws(() => parseJoinFile(text.replace("cluster_id: ab", "cluster_id: "), crypto), /cluster_id: 64/);
  t.throws(() => parseJoinFile(text.replace("genesis: ", "genesis: x"), crypto), /genesis: hexadecimal/);
  t.throws(() => parseJoinFile(text.replace(/membership: \w+/, "membership: '00'"), crypto), /membership/);
  t.throws(() => parseJoinFile(text.replace("format: 1", "format: 2"), crypto), /format 2 is not known/);
  t.throws(() => parseJoinFile(`${text}more: 1\n`, crypto), /more/);
  t.throws(() => parseJoinFile("", crypto));
  t.throws(() => parseJoinFile("[", crypto));
});

t.test("a file that names nobody is refused", async (t) => {
  t.throws(() => joiningMember({ ...PLAN, node: n(9) }), /9 is not in the membership/);
});
