import { readFileSync } from "node:fs";
import t from "tap";
import { parse } from "yaml";
import { ProcessMetrics } from "../../src/gateway/process-metrics.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

const ALERTS = "conf/prometheus-alerts.yaml";
const DASHBOARD = "conf/grafana-dashboard.json";

interface Alerts {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly gridPos: { readonly x: number; readonly y: number };
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const alerts = parse(readFileSync(ALERTS, "utf8")) as Alerts;
const dashboard = JSON.parse(readFileSync(DASHBOARD, "utf8")) as Dashboard;
const rules = alerts.groups.flatMap((group) => group.rules);

const namesIn = (expression: string): readonly string[] =>
  expression.match(/\b(?:kvd|process|nodejs)_[a-z_0-9]+/g) ?? [];

t.test("alerts and panels ask for what is really told", async (t) => {
  const { ask } = simulatedGateway(t);
  const metrics = new ProcessMetrics();
  metrics.watchProcess();
  await ask("GET /livez");
  const told = `${(await ask("GET /metrics")).text}${await metrics.text()}`;
  const names = new Set(
    [...told.matchAll(/^# TYPE (\w+) (\w+)/gm)].flatMap(([, name = "", type]) => {
      return type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
    }),
  );
  const expressions = [...rules, ...dashboard.panels.flatMap(({ targets }) => targets)].map(
    ({ expr }) => expr,
  );
  t.ok(expressions.length > 25);
  for (const expression of expressions) {
    // Prometheus makes `up` itself.
    if (!expression.startsWith("up{")) t.not(namesIn(expression).length, 0, expression);
    for (const name of namesIn(expression)) t.ok(names.has(name), `${name} in ${expression}`);
  }
});

t.test("every alert is in the runbook, and every panel has its place", async (t) => {
  const runbook = readFileSync("docs/OPERATIONS.md", "utf8");
  t.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const { alert } of rules) t.ok(runbook.includes(`\`${alert}\``), alert);
  const places = dashboard.panels.map(({ gridPos: { x, y } }) => `${x},${y}`);
  t.equal(new Set(places).size, places.length);
});
