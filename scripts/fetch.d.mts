/** Whether a Chromium for this machine is in the registry. */
export function canFetchChromium(): boolean;
/** The browser that `fetchChromium` has unpacked, and the environment that it needs; null if there is none. */
export function fetchedChromium(): { executablePath: string; env: Record<string, string> } | null;
/** Unpacks Chromium into build/chromium, with the shared libraries and a font that a bare machine lacks. */
export function fetchChromium(): Promise<void>;
