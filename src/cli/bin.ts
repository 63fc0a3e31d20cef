#!/usr/bin/env node
import { threadsLoad } from "../threads/loading.js";
import { endBySignal, handleSignals, reportUnexpected } from "./interrupt.js";

handleSignals();
process.on("uncaughtException", reportUnexpected);
const { main } = await import("./program.js");
process.exitCode = await main(process.argv.slice(2));
// all is said, written and closed
if (threadsLoad()) endBySignal(process.exitCode);
