import type { Mutant } from "./mutant.ts";
import { QUORUM_MUTANTS } from "./quorum-mutants.ts";

/** All broken versions, by area. Names are unique. */
export const MUTANTS: readonly Mutant[] = [...QUORUM_MUTANTS];
