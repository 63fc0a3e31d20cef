#!/usr/bin/env node
import { handleSignals, reportUnexpected } from "./interrupt.js";

handleSignals();
process.on("uncaughtException", reportUnexpected);
const { main } = await import("./program.js");
process.exitCode = await main(process.argv.slice(2));
