#!/usr/bin/env node
import { handleSignals } from "./interrupt.js";
import { reportUnexpected } from "./unexpected.js";

handleSignals();
process.on("uncaughtException", reportUnexpected);
const { main } = await import("./program.js");
process.exitCode = await main(process.argv.slice(2));
