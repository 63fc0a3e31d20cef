// Judges every expression of the sources anew, whatever the list beside the tests says of it.
process.env.PSTAR_EXPRESSIONS = "all";
await import("../api/expressions.test.js");

export {};
