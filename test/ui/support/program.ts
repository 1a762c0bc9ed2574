import assert from 'node:assert/strict';
import { connectTeams, createPerson, signIn } from '../../../scripts/person.ts';
import { createApiKey } from '../../../src/access/service.ts';
import type { Stage } from './stage.ts';

/** An answer of the API, into which tests look as they please. */
type Body = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- answers of any shape

export type Program = (method: string, path: string, body?: unknown) => Promise<Body>;

/** Another program of the workspace, with an API key: sets a scene without clicking. Fails unless the answer is a success. */
export async function programOf({ world, clock, publicUrl }: Stage): Promise<Program> {
  const { db } = world.database;
  const { id } = await db.selectFrom('workspaces').select('id').executeTakeFirstOrThrow();
  const { secret } = await createApiKey({ db, now: clock.now }, id, 'Scene');
  return async (method, path, body) => {
    const answer = await fetch(publicUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Body);
  };
}

/** A second operator with a connected calendar; gives both. */
export async function addYuki(stage: Stage, program: Program): Promise<{ danaId: string; yukiId: string }> {
  const email = 'yuki.brandt@contoso.example';
  const member = { email, name: 'Yuki Brandt', role: 'operator', timeZone: 'Europe/Berlin' };
  const { id: yukiId } = await program('POST', '/v1/members', member);
  const person = createPerson(fetch);
  await signIn(person, await stage.signInLink(yukiId));
  await connectTeams(person, stage.publicUrl, stage.user('yuki.brandt').id);
  const { data } = await program('GET', '/v1/members');
  const dana = (data as { id: string; email: string }[]).find((one) => one.email.startsWith('dana'));
  return { danaId: dana?.id ?? assert.fail('Dana is not there'), yukiId };
}

/** An event type with these settings beside the usual ones. */
export async function addEventType(program: Program, settings: Body): Promise<Body> {
  return program('POST', '/v1/event-types', { timeZone: 'Europe/Berlin', description: '', ...settings });
}

export const ola = { name: 'Ola Brink', email: 'ola.brink@visitor.example', timeZone: 'America/New_York', note: '' };

/** Ten o'clock in Berlin on the next Tuesday that is at least three days ahead, so that the day of the test does not matter. */
export function tuesdayAt(now: Date, time: string): Date {
  const day = new Date(now.getTime() + 3 * 86_400_000);
  while (day.getUTCDay() !== 2) day.setUTCDate(day.getUTCDate() + 1);
  const date = day.toISOString().slice(0, 10);
  const offset = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin', timeZoneName: 'longOffset' })
    .formatToParts(day)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return new Date(`${date}T${time}:00${offset?.replace('GMT', '') || 'Z'}`);
}

/** The day of an instant in Berlin, as addresses of pages have it. */
export function dayOf(instant: Date): string {
  return instant.toLocaleDateString('sv-SE', { timeZone: 'Europe/Berlin' });
}
