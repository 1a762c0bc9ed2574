import { mailboxUser } from './access.ts';
import type { Call, Reply } from './call.ts';
import { jsonBody, optional, serviceRoot, wrongType } from './call.ts';
import { badBody, badRequest } from './graph-error.ts';
import { eventsOf } from './mailboxes.ts';
import type { Route } from './routes.ts';
import { underUser } from './routes.ts';

const MOST_IDS = 1000;
const kinds = ['entryId', 'ewsId', 'immutableEntryId', 'restId', 'restImmutableEntryId'];

export const itemIdRoutes: Route[] = underUser([['POST', '/translateExchangeIds', 'translate ids', translate]]);

/** Converts between ordinary and immutable ids; the formats of other protocols are not known here. */
function translate(call: Call): Reply {
  const user = mailboxUser(call);
  const body = jsonBody(call);
  const [source, target] = [kindOf(body, 'sourceIdType'), kindOf(body, 'targetIdType')];
  const events = eventsOf(call.context.mailboxes, user.id);
  const value = inputIds(body).map((sourceId) => {
    const event = events.find((one) => (source === 'restImmutableEntryId' ? one.immutableId : one.id) === sourceId);
    const targetId = target === 'restImmutableEntryId' ? event?.immutableId : event?.id;
    if (event !== undefined) return { sourceId, targetId };
    return {
      sourceId,
      errorDetails: { code: 'ErrorItemNotFound', message: 'The specified object was not found in the store.' },
    };
  });
  return {
    status: 200,
    body: { '@odata.context': `${serviceRoot(call)}/$metadata#Collection(microsoft.graph.convertIdResult)`, value },
  };
}

function inputIds(body: Record<string, unknown>): string[] {
  const ids = body['inputIds'] ?? body['InputIds'];
  if (!Array.isArray(ids)) throw badBody("The property 'inputIds' is required.");
  if (ids.length > MOST_IDS)
    throw badRequest(`At most ${MOST_IDS} ids can be translated at once.`, 'ErrorInvalidParameter');
  return ids.map((id: unknown) => {
    if (typeof id !== 'string') throw wrongType(id, 'Edm.String');
    return id;
  });
}

function kindOf(body: Record<string, unknown>, name: string): string {
  const text = optional(body, name, 'string') ?? 'restId';
  const kind = kinds.find((one) => one.toLowerCase() === text.toLowerCase());
  if (kind === undefined) throw badBody(`Requested value '${text}' was not found.`);
  return kind;
}
