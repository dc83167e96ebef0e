/** Where answers of OpenAI are kept for a while: in this process, or in a Redis that all replicas share. */
export interface AnswerStore {
  /** Null when there is none, or nobody to ask. */
  get(key: string): Promise<string | null>;
  set(key: string, value: string, forMs: number): Promise<void>;
  /**
   * For whoever may fetch what is missing; null while somebody else does. The function gives the claim back, and `forMs`
   * ends it when its holder cannot.
   */
  claim(key: string, forMs: number): Promise<(() => Promise<void>) | null>;
}
