import t from "tap";
import { metricsRoute } from "../../src/gateway/metrics-route.ts";
import { nodeMetrics } from "../../src/gateway/node-metrics.ts";
import { ProcessMetrics } from "../../src/gateway/process-metrics.ts";
import type { NodeStatus } from "../../src/wire/client-messages.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

t.test("the figures of the node and of its HTTP interface are told, without a token", async (t) => {
  const refuseAll = async () => ({ kind: "refused", status: 401, message: "no" }) as const;
  const { ask } = simulatedGateway(t, refuseAll);
  t.equal(metricsRoute({ version: "", node: "", address: { host: "127.0.0.1", port: 1 } }).access, "none");
  t.match(await ask("GET /kv/get?key=a"), { status: 401 });
  const { status, text, headers } = await ask("GET /metrics");
  t.equal(status, 200);
  t.match(headers, { "content-type": /^text\/plain; version=0\.0\.4/ });
  t.match(text, /^kvd_info\{node="n2",version="[^"]*",cluster="[0-9a-f]{64}"\} 1$/m);
  t.match(text, /^kvd_has_leader 1$/m);
  t.match(text, /^kvd_http_requests_total\{method="GET",path="\/kv\/get",status="401"\} 1$/m);
  t.match(text, /^kvd_http_request_duration_seconds_count\{method="GET",path="\/kv\/get"\} 1$/m);
  for (const line of text.split("\n"))
    t.match(line, /^(?:$|# (?:HELP|TYPE) \w+ |[a-z_]+(?:\{.*\})? [-+.\de]+$)/);
});

t.test("a figure that only rises is a counter, and ends in _total; times are seconds", async (t) => {
  const figures = ["firstKept", "chosen", "end", "damaged", "logBytes", "applied", "stateDurable"];
  const more = ["stateBytes", "keys", "revision"];
  const status = {
    ...Object.fromEntries([...figures, ...more].map((name) => [name, 1])),
    name: "n1",
    version: "1.0.0",
    clusterId: new Uint8Array(32),
    ballot: "12.1",
    alarms: ["x"],
    timeMs: 2_500,
    startCount: 3,
    peers: [
      { name: "n2", up: true, rttMs: 250, loss: 0.5 },
      { name: "n3", up: false, rttMs: 7, loss: 1 },
    ],
    counters: new Map([
      ["dropped_malformed", 4],
      ["request_kind_get", 5],
      ["became_leader", 6],
      ["log_commits", 7],
      ["log_commit_ms", 250],
    ]),
  } as unknown as NodeStatus;
  const text = await nodeMetrics(status);
  for (const line of [
    "# TYPE kvd_starts_total counter",
    "# TYPE kvd_alarms gauge",
    "kvd_starts_total 3",
    "kvd_ballot_round 12",
    "kvd_cluster_time_seconds 2.5",
    'kvd_peer_rtt_seconds{peer="n2"} 0.25',
    'kvd_peer_up{peer="n3"} 0',
    'kvd_dropped_packets_total{reason="malformed"} 4',
    'kvd_requests_total{kind="get"} 5',
    'kvd_events_total{event="became_leader"} 6',
    "kvd_log_commits_total 7",
    "kvd_log_commit_seconds_total 0.25",
    "kvd_log_slow_commits_total 0",
  ])
    t.ok(text.split("\n").includes(line), line);
  t.notMatch(text, /kvd_peer_rtt_seconds\{peer="n3"\}/, "what is not known is not told");
});

t.test("the process tells of its memory, descriptors and event loop", async (t) => {
  const metrics = new ProcessMetrics();
  metrics.watchProcess();
  const text = await metrics.text();
  for (const name of ["process_resident_memory_bytes", "process_open_fds", "nodejs_eventloop_lag_seconds"])
    t.match(text, new RegExp(`^${name} `, "m"));
});
