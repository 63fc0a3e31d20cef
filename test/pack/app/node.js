import configs from "./configs.js";
import { runAll } from "./run.js";

console.log(await runAll(configs));
