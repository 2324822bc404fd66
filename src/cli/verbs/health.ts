import { KvdError } from "../../base/errors.ts";
import type { Command, Run } from "../command.ts";
import { diskFindings, measureDisk } from "../disk-probe.ts";
import { examine } from "../examination.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { diagnose, doctorText, type Finding, worstFirst } from "../findings.ts";
import { ProgramError } from "../program-error.ts";
import { formatOf, print, printJson, timeoutOf, withClient } from "../session.ts";
import { memberNamed, outageOf, type Surveyed, surveyMembers } from "../survey.ts";
import { formatTable } from "../table.ts";

/** `kvadm health`: whether all is well; status 7 when it is not. */
export const healthCommand: Command = {
  usage: "health",
  describe: "whether every member is well; exit status 7 when one is not",
  examples: [
    ["$0 health", "a line for each member"],
    ["$0 health -q || mail -s 'kvd is not well' root </dev/null", "from a timer"],
  ],
  run: health,
};

async function health(run: Run): Promise<ExitCode> {
  const members = await survey(run);
  const findings = diagnose(members);
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "health", {
        healthy: findings.length === 0,
        serves: outageOf(members) === undefined,
        findings: findings.map(jsonFinding),
      });
      break;
    case "table":
      print(run, healthTable(members, findings));
      break;
    case "value":
      print(run, findings.length === 0 ? "healthy\n" : "unhealthy\n");
      break;
  }
  if (findings.length === 0) return EXIT_CODES.done;
  const message = `${findings.length === 1 ? "1 finding" : `${findings.length} findings`}: kvadm doctor says what to do`;
  throw new ProgramError(message, { exitCode: EXIT_CODES.unhealthy, code: "unhealthy" });
}

function healthTable(members: readonly Surveyed[], findings: readonly Finding[]): string {
  const subjects = ["cluster", ...members.map(({ name }) => name)];
  const rows = subjects.map((subject) => {
    const own = findings.filter((finding) => finding.subject === subject);
    return [
      subject,
      own.length === 0 ? "ok" : (own[0]?.severity ?? ""),
      own.map(({ evidence }) => evidence).join("; "),
    ];
  });
  return formatTable(["SUBJECT", "HEALTH", "DETAIL"], rows);
}

/** `kvadm doctor`: each finding with its evidence, what follows from it, and what to do. */
export const doctorCommand: Command = {
  usage: "doctor",
  describe:
    "say what is wrong, what follows from it, and what to do; exit status 7 when more than advice is given",
  options: {
    "data-dir": {
      type: "string",
      describe: "also measure how long this host's disk takes to sync, in this directory",
    },
  },
  examples: [
    ["$0 doctor", "the members, their disks, clocks, settings, and the paths between them"],
    ["$0 doctor --data-dir /var/lib/kvd/main", "on a node's host: its disk by itself, too"],
    ["$0 doctor -o json", "for a program"],
  ],
  run: doctor,
};

async function doctor(run: Run): Promise<ExitCode> {
  const findings = worstFirst([...diskOf(run), ...(await examined(run))]);
  if (formatOf(run, "table") === "json") printJson(run, "doctor", { findings: findings.map(jsonFinding) });
  else print(run, doctorText(findings));
  const isWell = findings.every(({ severity }) => severity === "advice");
  return isWell ? EXIT_CODES.done : EXIT_CODES.unhealthy;
}

function diskOf(run: Run): readonly Finding[] {
  const directory = run.args.optionalText("data-dir");
  if (directory === undefined) return [];
  return diskFindings(
    directory,
    measureDisk(directory, () => performance.now()),
  );
}

async function examined(run: Run): Promise<readonly Finding[]> {
  return (await withClient(run, (client) => examine(client, timeoutOf(run)))).findings;
}

const jsonFinding = (finding: Finding): Readonly<Record<string, unknown>> => ({ ...finding });

/** `kvadm is-healthy [NODE]`: the answer is the exit status, 0 or 7. */
export const isHealthyCommand: Command = {
  usage: "is-healthy [node]",
  describe: "whether a node, or the whole cluster, is well: exit status 0 or 7",
  positionals: { node: { type: "string", describe: "its name; by default the whole cluster" } },
  examples: [["$0 is-healthy n2 -q && echo yes", "in a script"]],
  run: isHealthy,
};

async function isHealthy(run: Run): Promise<ExitCode> {
  const members = await survey(run);
  const node = run.args.optionalText("node");
  if (node !== undefined) memberNamed(members, node);
  const findings = diagnose(members).filter(({ subject }) => node === undefined || subject === node);
  return answer(run, {
    kind: "is_healthy",
    node,
    holds: findings.length === 0,
    otherwise: EXIT_CODES.unhealthy,
  });
}

/** `kvadm is-ready [NODE]`: the answer is the exit status, 0 or 1. */
export const isReadyCommand: Command = {
  usage: "is-ready [node]",
  describe: "whether a node, or the cluster, answers linearizable reads: exit status 0 or 1",
  positionals: { node: { type: "string", describe: "its name; by default any" } },
  examples: [["until kvadm is-ready n2 -q; do sleep 1; done", "wait for it after a restart"]],
  run: isReady,
};

async function isReady(run: Run): Promise<ExitCode> {
  const node = run.args.optionalText("node");
  const timeoutMs = timeoutOf(run);
  const holds = await withClient(run, async (client) => {
    const members = await surveyMembers(client, timeoutMs);
    if (node === undefined) return outageOf(members) === undefined;
    const { address, status } = memberNamed(members, node);
    if (status === undefined) return false;
    // A linearizable read that can be asked of one node alone; its answer does not matter.
    const reading = client.principals({ endpoint: address, timeoutMs });
    return reading.then(
      () => true,
      (error: unknown) => {
        if (error instanceof KvdError) return false;
        throw error;
      },
    );
  });
  return answer(run, { kind: "is_ready", node, holds, otherwise: EXIT_CODES.negative });
}

interface YesOrNo {
  readonly kind: string;
  readonly node: string | undefined;
  readonly holds: boolean;
  readonly otherwise: ExitCode;
}

function answer(run: Run, { kind, node, holds, otherwise }: YesOrNo): ExitCode {
  const field = kind.replace("is_", "");
  if (formatOf(run, "table") === "json") printJson(run, kind, { node: node ?? null, [field]: holds });
  else print(run, holds ? "yes\n" : "no\n");
  return holds ? EXIT_CODES.done : otherwise;
}

function survey(run: Run): Promise<readonly Surveyed[]> {
  return withClient(run, (client) => surveyMembers(client, timeoutOf(run)));
}
