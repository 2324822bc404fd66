import { runAttached } from "./attach.ts";
import { runOnCluster } from "./own-cluster.ts";
import { type AttachPlan, type ClusterPlan, PlanError, parsePlan } from "./plan.ts";

const USAGE_EXIT = 2;

async function main(argv: readonly string[]): Promise<number> {
  let plan: ClusterPlan | AttachPlan;
  try {
    plan = parsePlan(argv);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    console.error(`bench: ${error.message}`);
    return USAGE_EXIT;
  }
  if (plan.kind === "attach") await runAttached(plan);
  else await runOnCluster(plan);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
