/** A row of the example. */
export interface ExampleAnswer {
  id: number;
  task: string;
  question: string;
  answer: string;
  score: number;
  kept: boolean;
  /** Only where a human looked. */
  correct?: boolean;
}

export interface ExampleOptions {
  rows?: number;
  audited?: number;
  stratified?: boolean;
  tasks?: { task: string; errorRate: number; correct: number; wrong: number }[];
  seed?: number;
}

export function exampleAnswers(options?: ExampleOptions): ExampleAnswer[];
