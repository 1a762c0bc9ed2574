import { createHash } from 'node:crypto';
import { mostPayloadBytes, type probeType } from './webhook.ts';

/** A line of the outbox, with what its meeting is called elsewhere. */
export type OutboxLine = {
  id: number;
  workspace_id: string;
  type: string;
  meeting_id: string | null;
  booking_id: string | null;
  external_id: string | null;
  connection_id: string | null;
  data: Record<string, unknown>;
  created_at: Date;
};

export type Message = { id: string; type: string; payload: string };

/**
 * The message about one line: which things it concerns and the facts of the moment. Receivers read the rest from the
 * API. The id follows from what happened, so that whoever makes the message again makes the same one.
 */
export function messageOf(line: OutboxLine): Message {
  const about = {
    id: messageId(line),
    // Rises within a meeting: what has a lower number happened earlier.
    sequence: line.id,
    workspaceId: line.workspace_id,
    ...(line.meeting_id && { meetingId: line.meeting_id, externalId: line.external_id }),
    ...(line.booking_id && { bookingId: line.booking_id }),
    ...(line.connection_id && { [subjectName(line.connection_id)]: line.connection_id }),
  };
  const payload = (details: unknown) => write(line.type, line.created_at, { ...about, details });
  const whole = payload(harmless(line.data));
  const fits = Buffer.byteLength(whole) < mostPayloadBytes;
  return { id: about.id, type: line.type, payload: fits ? whole : payload({ tooLarge: true }) };
}

type Asking = { id: string; at: Date; endpointId: string };

/** A message that tells of nothing: a test that a person asked for, or a probe. */
export function askingMessage(type: 'webhook.test' | typeof probeType, { id, at, endpointId }: Asking): Message {
  return { id, type, payload: write(type, at, { id, endpointId, details: {} }) };
}

/** The body that Standard Webhooks recommends. */
function write(type: string, at: Date, data: object): string {
  return JSON.stringify({ type, timestamp: at.toISOString(), data });
}

function messageId({ id, workspace_id, type, meeting_id, connection_id, created_at }: OutboxLine): string {
  const facts = JSON.stringify([workspace_id, id, type, meeting_id, connection_id, created_at.getTime()]);
  return `msg_${createHash('sha256').update(facts).digest('hex').slice(0, 32)}`;
}

const subjects: Record<string, string> = {
  con: 'connectionId',
  ten: 'tenantConnectionId',
  app: 'registrationId',
  cre: 'credentialId',
  org: 'organizerId',
  whe: 'webhookEndpointId',
};

function subjectName(id: string): string {
  return subjects[id.slice(0, 3)] ?? 'subjectId';
}

const neverSent = /secret|token|pass(word|code)|joinurl|join_url|cookie|assertion|private|pfx|pem$/i;

/** Without what could open something. The outbox holds none of it; this is for the day when a line does. */
function harmless(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(harmless);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !neverSent.test(name))
      .map(([name, inner]) => [name, harmless(inner)]),
  );
}
