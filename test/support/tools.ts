import { describe, inject, it } from "vitest";

/** What not every machine has: what the tests that need it print when they are left out. */
export const TOOLS = {
  chromium:
    "install Chromium (Debian, Ubuntu: apt-get install chromium), or name one: CHROMIUM=/path/to/chrome npm test",
  "redis-server": "install Redis (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis)",
  strace: "install strace (Debian, Ubuntu: apt-get install strace), and let it trace",
  bash: "install bash",
  "node-llama-cpp": "install llama.cpp: npm run setup:llama",
  "read-only": "run them as a user other than root, or as a root who may mount a tmpfs",
  "../shared": "they compare with data beside the checkout, which no clone holds",
} as const;

export type Tool = keyof typeof TOOLS;

/** What a test needs in order to drive a browser. */
export interface Browser {
  executablePath: string;
  env: Record<string, string>;
}

declare module "vitest" {
  interface ProvidedContext {
    chromium: Browser | null;
    "redis-server": boolean;
    strace: boolean;
    bash: boolean;
    "node-llama-cpp": boolean;
    "read-only": boolean;
  }
}

/** Whether this machine has it: test/support/globalSetup.ts has looked. */
export function has(tool: keyof import("vitest").ProvidedContext): boolean {
  return Boolean(inject(tool));
}

type Needed = Parameters<typeof has>[0];

/** `describe` for tests that need something which not every machine has; they have it in their names. */
export function describeWith(tool: Needed, name: string, body: () => void): void {
  describe.skipIf(!has(tool))(`${name} [${tool}]`, body);
}

/** The same for tests that run side by side, of all such blocks of a file together: each has servers and folders of its own. */
export function describeBeside(tool: Needed, name: string, body: () => void): void {
  describe.skipIf(!has(tool))(`${name} [${tool}]`, { concurrent: true }, body);
}

/** `it` for the first. */
export function itWith(tool: Needed, name: string, body: () => Promise<void> | void): void {
  it.skipIf(!has(tool))(`${name} [${tool}]`, body);
}
