import t from "tap";
import { diagnose } from "../../src/cli/findings.ts";
import type { Surveyed } from "../../src/cli/survey.ts";
import type { NodeStatus } from "../../src/wire/client-messages.ts";

const WELL: Partial<NodeStatus> = {
  clusterId: new Uint8Array(32),
  role: "follower",
  serving: false,
  ballot: "3.1",
  chosen: 50_000 as NodeStatus["chosen"],
  applied: 50_000 as NodeStatus["applied"],
  digest: 7,
  damaged: 0,
  alarms: [],
  voters: ["n1", "n2", "n3"],
  peers: [],
  version: "1.0.0",
};

/** Three members that are well, n1 leading, but for what is said of each. */
function members(...different: readonly (Partial<NodeStatus> | undefined)[]): readonly Surveyed[] {
  const leading: Partial<NodeStatus> = { role: "leader", serving: true };
  return [0, 1, 2].map((index) => {
    const own = index in different ? different[index] : {};
    const status = own && { ...WELL, ...(index === 0 ? leading : {}), ...own };
    const address = { host: "127.0.0.1", port: 7400 + index };
    return {
      name: `n${index + 1}`,
      address,
      endpoint: `127.0.0.1:${address.port}`,
      status: status as NodeStatus | undefined,
    };
  });
}

const path = (name: string, rest: object = {}) => ({ name, up: true, rttMs: 1, loss: 0, ...rest });

t.test("a cluster that is well has no finding", async (t) => {
  t.same(diagnose(members()), []);
  t.same(diagnose(members({ peers: [path("n2"), path("n3")] }, { peers: [path("n1", { rttMs: 900 })] })), []);
});

t.test("each thing that is wrong is found where it is, the worst first", async (t) => {
  const slot = (value: number) => value as NodeStatus["chosen"];
  const cases: readonly [string, readonly Surveyed[], object][] = [
    [
      "a silent member",
      members({}, undefined),
      { severity: "warning", subject: "n2", evidence: /no answer/, consequence: /^one more member less/ },
    ],
    [
      "another cluster",
      members({}, {}, { clusterId: new Uint8Array(32).fill(1) }),
      { severity: "critical", subject: "n3" },
    ],
    [
      "two digests at one slot",
      members({}, { digest: 8 }),
      { severity: "critical", evidence: /50000.* 8.* 7$/ },
    ],
    [
      "a fenced member",
      members({}, { alarms: ["fenced: its hash is 7"] }),
      { severity: "critical", subject: "n2", evidence: /^fenced/, remedy: /kvadm refetch n2$/ },
    ],
    [
      "an alarm",
      members({}, { alarms: ["the clock jumped"] }),
      { subject: "n2", evidence: "the clock jumped" },
    ],
    ["damage", members({}, {}, { damaged: 2 }), { subject: "n3", evidence: /^2 slots/ }],
    [
      "lag",
      members({}, { chosen: slot(9), applied: slot(9) }),
      { subject: "n2", evidence: /49991 slots behind/ },
    ],
    [
      "no link",
      members({}, { peers: [path("n3", { up: false })] }),
      { subject: "n2", evidence: /no link to n3/ },
    ],
    [
      "loss",
      members({ peers: [path("n2", { loss: 0.05 })] }),
      { subject: "n1", evidence: /n2.* loss 5.0 %/ },
    ],
    [
      "a slow path",
      members({ peers: [path("n3", { rttMs: 140 })] }),
      { evidence: /n3: round trip 140.0 ms/ },
    ],
    ["two versions", members({ version: "1.1.0" }), { subject: "cluster", evidence: /1\.0\.0 and 1\.1\.0/ }],
  ];
  for (const [what, input, expected] of cases) {
    const findings = diagnose(input);
    t.equal(findings.length, 1, what);
    t.match(findings[0], expected, what);
  }
  const outage = diagnose(members({ alarms: ["early"] }, undefined, undefined));
  t.match(outage, [
    { severity: "critical", subject: "cluster" },
    { subject: "n2", consequence: /^the cluster stands still/ },
    { subject: "n3", consequence: /^the cluster stands still/ },
    { evidence: "early" },
  ]);
});

t.test("different digests at different slots are no finding", async (t) => {
  t.same(diagnose(members({}, { digest: 8, chosen: 49_999 as NodeStatus["chosen"] })), []);
});
