import { randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import type { Session, SignedInPerson } from './state.ts';

/** Cookies do not know ports, so the name must not meet one of the app that runs beside the emulator. */
const cookieName = 'microsoft-emulator-session';
const keptSessions = 1000;

/** The browser's session; a new one when it has none yet. */
export function openSession(context: Context, request: Request): Session {
  const id = new RegExp(`(?:^|; *)${cookieName}=([\\w-]+)`).exec(request.headers.get('cookie') ?? '')?.[1];
  const existing = id === undefined ? undefined : context.entra.sessions.get(id);
  return existing ?? { id: randomBytes(24).toString('base64url'), createdAt: context.now(), people: [] };
}

/** How this browser knows the person, unless their sessions were revoked since. */
export function signedInPerson(session: Session, user: User): SignedInPerson | undefined {
  return session.people.find(
    (person) => person.userId === user.id && person.signedInAt > (user.sessionsRevokedAt ?? -Infinity),
  );
}

/** Remembers that this person signed in with this browser; proof of a second factor is kept. */
export function rememberPerson(context: Context, session: Session, user: User, mfa = false): SignedInPerson {
  const before = signedInPerson(session, user);
  // A clock that stands still must not make a new sign-in look as old as the revocation before it.
  const signedInAt = Math.max(context.now(), (user.sessionsRevokedAt ?? 0) + 1);
  const person = { userId: user.id, signedInAt, mfa: mfa || before?.mfa === true };
  session.people = [person, ...session.people.filter(({ userId }) => userId !== user.id)];
  const { sessions } = context.entra;
  sessions.set(session.id, session);
  if (sessions.size > keptSessions) sessions.delete(sessions.keys().next().value ?? '');
  return person;
}

/** Sends the session's cookie along, once somebody is signed in. */
export function withSession(context: Context, request: Request, session: Session, response: Response): Response {
  if (!context.entra.sessions.has(session.id)) return response;
  const secure = new URL(request.url).protocol === 'https:' ? '; Secure' : '';
  response.headers.append('set-cookie', `${cookieName}=${session.id}; Path=/; HttpOnly; SameSite=Lax${secure}`);
  return response;
}

/** Signs everybody out of this browser. */
export function endSession(context: Context, request: Request, response: Response): Response {
  context.entra.sessions.delete(openSession(context, request).id);
  response.headers.append('set-cookie', `${cookieName}=; Path=/; Max-Age=0`);
  return response;
}
