import type { Options } from "yargs";
import { OUTPUT_FORMATS } from "./command.ts";

/** What every verb that talks to a cluster takes. */
export const GLOBAL_OPTIONS: Readonly<Record<string, Options>> = {
  endpoints: {
    alias: "E",
    type: "string",
    describe: "members to begin with, HOST:PORT[,HOST:PORT...]; or KVD_ENDPOINTS [127.0.0.1:7400]",
  },
  output: {
    alias: "o",
    type: "string",
    choices: OUTPUT_FORMATS,
    describe: "form of the answer; or KVD_OUTPUT",
  },
  timeout: { type: "string", describe: "how long the whole command may take; or KVD_TIMEOUT [5s]" },
  quiet: { alias: "q", type: "boolean", describe: "the exit status alone" },
};
