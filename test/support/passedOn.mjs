// In the place of pstar's bin.js for a script that runs it: passes the arguments on to the test, which runs them in its own
// process (passOn.ts), and ends as that did.
import { connect } from "node:net";

const socket = connect(process.env.PSTAR_PASS_ON);
socket.end(`${JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() })}\n`);
let answer = "";
for await (const text of socket.setEncoding("utf8")) answer += text;
const { code, stdout, stderr } = JSON.parse(answer);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
