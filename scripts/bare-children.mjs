// The test runner has every process that a test starts load its hooks, which tell it what to measure the coverage of.
// Nothing here is measured, and they make the start of a program three times as long, and answer its signals.
import processOnSpawn from "process-on-spawn";

processOnSpawn.removeAllListeners();
delete process.env.NODE_OPTIONS;
