/** What a tool wants of the API: who may, how often and whether it happens twice is decided there. */
export type Question = {
  method: string;
  /** The path with its query. */
  path: string;
  body?: object | undefined;
  headers?: Record<string, string>;
};

export type Answer = { status: number; body: unknown; retryAfterSeconds?: number | undefined };

/** Asks the API with the caller’s own key. Never rejects for a refusal: that is an answer as well. */
export type Ask = (question: Question) => Promise<Answer>;

/**
 * Reads an answer of the API. Links with which whoever has them may move and cancel a booking are left out: what an
 * agent reads is kept by others.
 */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const body: unknown = text === '' ? null : JSON.parse(text, (name, value) => (isKeyToDoor(name) ? undefined : value));
  const wait = response.headers.get('retry-after');
  return { status: response.status, body, ...(wait !== null && { retryAfterSeconds: Number(wait) }) };
}

const isKeyToDoor = (name: string): boolean => name === 'manageUrl';
