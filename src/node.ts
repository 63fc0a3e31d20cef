// What needs files or threads, as `import … from "pstar/node"`.
export { type PoolOptions, runInWorkers } from "./sweep/pool.js";
