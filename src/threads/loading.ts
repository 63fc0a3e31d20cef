/** The threads of stopped pools that still load their modules: Node can crash if such a thread is ended, or the process exits. */
const threads = new Set<Promise<void>>();

/** Notes threads that a stopped pool does not wait for. */
export function leaveToLoad(loaded: Promise<void>): void {
  threads.add(loaded);
  const forget = () => threads.delete(loaded);
  loaded.then(forget, forget); // that they could not be stopped concerns nobody any more
}

/** Whether threads of a stopped pool still load. */
export function threadsLoad(): boolean {
  return threads.size > 0;
}
