import { requireOfKey, type Principal } from '../access/principal.ts';
import { Problem } from '../problem.ts';
import { askingMessage, messageOf, type OutboxLine } from './event-json.ts';
import { choosable, nylasTypes, type EventType } from './event-types.ts';
import type { DeliveryRow, EndpointRow, probeType } from './webhook.ts';

export { nylasTypes };
export type NylasType = (typeof nylasTypes)[number];

/** What a type of event is called in a format. */
export type Word = {
  name: string;
  type: EventType;
  /** Only lines of the outbox whose data holds this. */
  holding?: Record<string, unknown>;
  /** Only of meetings that are made through a connection. */
  throughConnection?: true;
};

/** A line of the outbox as an endpoint hears of it. */
export type HeardLine = OutboxLine & {
  /** What it is called in the endpoint's format. */
  name: string;
  message_id: string;
  /** The connection that the line's meeting is made through. */
  meeting_connection_id: string | null;
};

export type Asking = {
  type: 'webhook.test' | typeof probeType;
  id: string;
  at: Date;
  endpoint: Pick<EndpointRow, 'id' | 'workspace_id'>;
};

type Kept = Pick<DeliveryRow, 'workspace_id' | 'type' | 'payload' | 'attempts'>;

/** In which words receivers are told, and how they know that it is Parley who tells them. */
export type MessageFormat = {
  /** `undefined`: everything, under its own name. */
  words: readonly Word[] | undefined;
  /** What is kept of a message until it has arrived, and shown in the log. */
  keep(line: HeardLine): string;
  /** The same of a message that tells of nothing. */
  ask(asking: Asking): string;
  /** The body of one attempt. */
  body(kept: Kept): Promise<string>;
  /** Headers beside those of Standard Webhooks. The secret that signs first is the current one. */
  headers(body: string, secrets: readonly string[]): Record<string, string>;
  /** Whether an address has to answer a challenge before it is sent anything. */
  challenges: boolean;
};

export type FormatName = EndpointRow['format'];
export type Formats = Record<FormatName, MessageFormat>;

/** Parley's own: thin messages, as Standard Webhooks recommends. */
export const standardFormat: MessageFormat = {
  words: undefined,
  keep: (line) => messageOf(line).payload,
  ask: ({ type, id, at, endpoint }) => askingMessage(type, { id, at, endpointId: endpoint.id }).payload,
  body: async ({ payload }) => payload,
  headers: () => ({}),
  challenges: false,
};

const choices: Record<FormatName, readonly string[]> = { standard: choosable, nylas: nylasTypes };

/** Throws `invalid_request` for types that the format has no words for. */
export function requireTypes(format: FormatName, types: readonly string[] | null | undefined): void {
  const errors = (types ?? []).flatMap((type, index) =>
    choices[format].includes(type)
      ? []
      : [
          {
            pointer: `/types/${index}`,
            detail: `An endpoint of this format can choose ${choices[format].join(', ')}.`,
          },
        ],
  );
  if (errors.length > 0) throw new Problem('invalid_request', { errors });
}

/**
 * Who decides where whole events go has to be allowed to read them: thin messages name things, those of other formats show
 * them. Throws `forbidden`.
 */
export function requireReader(principal: Principal, format: FormatName): void {
  if (format === 'standard') return;
  requireOfKey(principal, 'meetings:read');
  requireOfKey(principal, 'connections:read');
}
