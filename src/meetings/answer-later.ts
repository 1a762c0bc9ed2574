import type { Kysely } from 'kysely';
import { mayDo } from '../access/principal.ts';
import type { Database } from '../database/schema.ts';
import { answerFinally } from '../http/idempotency.ts';
import { preferenceOf } from '../http/prefer.ts';
import type { Answer, ApiContext } from '../http/router.ts';
import { waitForMeeting, type MeetingChanges } from './changes.ts';
import { presentMeeting } from './meeting-json.ts';
import type { MeetingRow } from './meeting.ts';
import { presentOperation } from './operation-json.ts';
import { getOperation, isOver, operationOf, type Operation } from './operation.ts';
import { getMeeting } from './service.ts';

type Deps = { db: Kysely<Database>; changes: MeetingChanges };

/** What a request that has been written answers: with an operation where it is left to Microsoft, else as ever. */
export type Later = {
  /** `undefined`: Microsoft does not hear of it. */
  operation: Operation | undefined;
  status: 200 | 201;
  /** The body without an operation. */
  body: unknown;
  /** The same as it is later. */
  again: () => Promise<unknown>;
};

/** Answers a request of which Microsoft hears later, as its `Prefer` header asks: at once, with patience, as an operation. */
export async function answerLater(c: ApiContext, deps: Deps, later: Later): Promise<Response> {
  return answerFinally(c, firstAnswer(c, later), finishOf(c, deps, later));
}

/** The answer before anything was waited for. An operation is given only to those who may read it. */
export function firstAnswer(c: ApiContext, { operation, status, body }: Omit<Later, 'again'>): Answer {
  const isAsked = preferenceOf(c).respondAsync && mayDo(c.get('principal'), 'read', 'meetings:read');
  if (!operation || isOver(operation) || !isAsked) return { status, body };
  return { status: 202, body: presentOperation(operation) };
}

/** Gives the answer after the patience that was asked for; `undefined` where there is nothing to wait for. */
export function finishOf(c: ApiContext, deps: Deps, later: Omit<Later, 'body'>): (() => Promise<Answer>) | undefined {
  const { waitSeconds } = preferenceOf(c);
  const { operation } = later;
  if (!operation || waitSeconds === 0) return undefined;
  const { workspaceId } = c.get('principal');
  return async () => {
    const current = await waited(deps, workspaceId, operation, waitSeconds);
    return firstAnswer(c, { ...later, operation: current, body: await later.again() });
  };
}

/** What is answered about a meeting that Microsoft will hear of. */
export function laterOfMeeting(deps: Pick<Deps, 'db'>, row: MeetingRow, status: Later['status']): Later {
  return {
    operation: operationOf(row),
    status,
    body: presentMeeting(row),
    again: async () => presentMeeting(await getMeeting(deps, row.workspace_id, row.id)),
  };
}

/** The operation when it is over, or as it is when the time is. */
export async function waited(
  deps: Deps,
  workspaceId: string,
  operation: Operation,
  seconds: number,
): Promise<Operation> {
  let current = operation;
  await waitForMeeting(deps.changes, operation.meetingIds, seconds, async () => {
    current = await getOperation(deps, workspaceId, operation.id);
    return isOver(current);
  });
  return current;
}
