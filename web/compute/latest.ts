/** Runs one job at a time and, of those that come meanwhile, only the last: a slider asks faster than a curve is drawn. */
export class Latest {
  #running = false;
  #next: (() => Promise<void>) | undefined;

  ask(job: () => Promise<void>): void {
    this.#next = job;
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let job = this.#next; job; job = this.#next) {
      this.#next = undefined;
      await job();
    }
    this.#running = false;
  }
}
