import { nearestName } from "../../base/nearest.ts";
import { SystemCrypto } from "../../io/system-crypto.ts";
import type { Scenario } from "../../lab/explore/scenario.ts";
import { SCENARIOS, withTimers } from "../../lab/explore/scenarios.ts";
import { Search, type SearchResult } from "../../lab/explore/search.ts";
import { transcript } from "../../lab/explore/transcript.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { openCore } from "../open-core.ts";
import { usageError } from "../program-error.ts";
import { formatOf, print, printJson } from "../session.ts";
import { formatTable } from "../table.ts";

const STATES = 300_000;
const STATES_LIMIT = 100_000_000;
const DEPTH_LIMIT = 10_000;
/** Transcripts are laid out for this width when nobody looks. */
const COLUMNS = 140;

/** `kvlab explore`: all orders of events of small instances. */
export const labExploreCommand: Command = {
  usage: "explore",
  describe: "try all orders of messages, time-outs, crashes and doubled messages of small groups",
  options: {
    scenario: { alias: "S", type: "string", describe: "this one alone [all, one after the other]" },
    list: { type: "boolean", describe: "say what each scenario looks for, and search nothing" },
    depth: { alias: "d", type: "string", describe: "so many steps from the beginning [the scenario's own]" },
    states: { type: "string", describe: `stop each scenario at so many states [${STATES}]` },
    timers: { type: "boolean", describe: "with a heartbeat or tick more of each voter, at any time" },
    checks: {
      type: "boolean",
      describe: "check what each disk would recover, and that equal states behave alike",
    },
    verbose: {
      alias: "v",
      type: "boolean",
      describe: "how much was tried and remembered, and how far it is",
    },
  },
  examples: [
    ["$0 explore", "every scenario, up to its bounds"],
    ["$0 explore --scenario rivals --states 10000000", "one of them, to its end"],
  ],
  run: explore,
};

interface Explored {
  readonly scenario: Scenario;
  readonly search: Search;
  readonly result: SearchResult;
  readonly realMs: number;
}

async function explore(run: Run): Promise<ExitCode> {
  const scenarios = scenariosOf(run);
  if (run.args.flag("list")) return list(run, scenarios);
  const core = await openCore();
  let broken = 0;
  let states = 0;
  const startMs = performance.now();
  for (const scenario of scenarios) {
    const explored = exploreOne(run, scenario, core);
    show(run, explored);
    states += explored.result.states;
    if (explored.result.end.kind === "broken") broken++;
  }
  const realMs = performance.now() - startMs;
  if (formatOf(run, "table") === "table" && scenarios.length > 1) {
    const verdict = broken === 0 ? "nothing broken" : `${broken} of ${scenarios.length} scenarios BROKEN`;
    print(run, `all: ${states} states in ${seconds(realMs)}: ${verdict}\n`);
  }
  return broken === 0 ? EXIT_CODES.done : EXIT_CODES.negative;
}

function exploreOne(run: Run, scenario: Scenario, core: Awaited<ReturnType<typeof openCore>>): Explored {
  const { args, terminal } = run;
  const isVerbose = args.flag("verbose");
  const startMs = performance.now();
  const search = new Search({
    core,
    crypto: new SystemCrypto(),
    scenario: args.flag("timers") ? withTimers(scenario) : scenario,
    statesMax: args.integer("states", 1, STATES_LIMIT) ?? STATES,
    depthMax: args.integer("depth", 1, DEPTH_LIMIT) ?? scenario.depth ?? DEPTH_LIMIT,
    isReduced: true,
    isThorough: args.flag("checks"),
    onProgress: ({ states, depth }) => {
      if (isVerbose) terminal.err(`${scenario.name}: ${states} states, depth ${depth}\n`);
    },
  });
  const result = search.run();
  return { scenario, search, result, realMs: performance.now() - startMs };
}

function scenariosOf(run: Run): readonly Scenario[] {
  const wanted = run.args.optionalText("scenario");
  if (wanted === undefined) return SCENARIOS;
  const found = SCENARIOS.find(({ name }) => name === wanted);
  if (found !== undefined) return [found];
  const nearest = nearestName(
    wanted,
    SCENARIOS.map(({ name }) => name),
  );
  const advice = nearest === undefined ? "see kvlab explore --list" : `did you mean ${nearest}?`;
  throw usageError(`--scenario: there is no '${wanted}'; ${advice}`);
}

function list(run: Run, scenarios: readonly Scenario[]): ExitCode {
  if (formatOf(run, "table") === "json") {
    printJson(run, "lab_scenarios", { scenarios: scenarios.map(({ name, about }) => ({ name, about })) });
  } else {
    const rows = scenarios.map(({ name, voters, slots, about }) => [name, `${voters}`, `${slots}`, about]);
    print(run, formatTable(["SCENARIO", "VOTERS", "SLOTS", "LOOKS FOR"], rows));
  }
  return EXIT_CODES.done;
}

function show(run: Run, explored: Explored): void {
  if (formatOf(run, "table") === "json") {
    printJson(run, "lab_explore", jsonOf(explored));
    return;
  }
  const { scenario, search, result, realMs } = explored;
  const rate = Math.round((result.states / Math.max(realMs, 1)) * 1000);
  print(
    run,
    `${scenario.name}: ${result.states} states, depth ${result.depth}, ${rate} states/s: ${endText(result)}\n`,
  );
  if (run.args.flag("verbose")) {
    const { transitions, memberStates, messages, runs, beyond } = result;
    print(
      run,
      `  ${transitions} transitions, ${memberStates} member states, ${messages} messages, ${runs} runs of the ` +
        `protocol, ${beyond} steps beyond the bounds, ${search.symmetryOrder} names for each state, ${seconds(realMs)}\n`,
    );
  }
  if (result.end.kind !== "broken") return;
  const { broken, steps } = result.end.counterExample;
  const columns = run.terminal.isOutputTty ? run.terminal.outputColumns() : COLUMNS;
  print(run, `\n${transcript(search.table, steps, columns)}\nBROKEN ${broken.message}\n\n`);
}

function endText({ end, depth }: SearchResult): string {
  switch (end.kind) {
    case "exhausted":
      return "exhausted, nothing broken";
    case "depth-reached":
      return `searched to its depth of ${depth}, nothing broken`;
    case "states-reached":
      return `stopped at the bound on states; everything up to depth ${depth} was looked at, nothing broken`;
    case "broken":
      return `BROKEN after ${end.counterExample.steps.length} steps`;
  }
}

function jsonOf({ scenario, result, realMs }: Explored): Readonly<Record<string, unknown>> {
  const { end, states, depth, transitions, memberStates, messages, runs, beyond } = result;
  const broken = end.kind === "broken" ? end.counterExample : undefined;
  return {
    scenario: scenario.name,
    end: end.kind.replace("-", "_"),
    states,
    depth,
    transitions,
    member_states: memberStates,
    messages,
    protocol_runs: runs,
    beyond_bounds: beyond,
    real_ms: Math.round(realMs),
    rule: broken?.broken.rule ?? null,
    violation: broken?.broken.message ?? null,
    steps: broken?.steps.length ?? null,
  };
}

function seconds(realMs: number): string {
  return `${(realMs / 1000).toFixed(1)} s`;
}
