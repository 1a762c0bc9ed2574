import { hc } from 'hono/client';
import type { TabApi } from '../../../src/http/api.ts';
import { ask, type Answer } from '../api/client.ts';
import { isSignedOut } from '../api/problem.ts';

const { teams } = hc<TabApi>('/');

export type Day = Answer<typeof teams.day.$get>;
export type Appointment = Day['appointments'][number];
type Session = Answer<typeof teams.session.$post>;

/** What the tab asks of Parley. The session is kept in memory only and is opened anew whenever it has ended. */
export type Tab = {
  day(date: string | undefined): Promise<Day>;
  approve(id: string): Promise<Appointment>;
  decline(id: string, reason: string): Promise<Appointment>;
  connect(): Promise<void>;
  /** Where to send an administrator, and the window that asks for consent. */
  consent(): Promise<{ adminUrl: string; windowUrl: string }>;
};

/** `token` asks Teams, which keeps its answer and renews it by itself. */
export function openTab(appId: string, token: () => Promise<string>): Tab {
  let opened: Promise<Session> | undefined;
  const open = async () => ask(teams.session.$post({ json: { app: appId, token: await token() } }));
  const session = async () => {
    const current = await opened?.catch(() => undefined);
    if (!current || Date.parse(current.expiresAt) - Date.now() < 30_000) opened = open();
    return opened ?? open();
  };
  const signedIn = async <T>(call: (options: { headers: Record<string, string> }) => Promise<T>): Promise<T> => {
    const attempt = async () => call({ headers: { authorization: `Bearer ${(await session()).session}` } });
    try {
      return await attempt();
    } catch (error) {
      if (!isSignedOut(error)) throw error;
      opened = undefined;
      return attempt();
    }
  };
  return {
    day: (date) => signedIn((options) => ask(teams.day.$get({ query: date === undefined ? {} : { date } }, options))),
    approve: (id) => signedIn((options) => ask(teams.bookings[':id'].approve.$post({ param: { id } }, options))),
    decline: (id, reason) =>
      signedIn((options) => ask(teams.bookings[':id'].decline.$post({ param: { id }, json: { reason } }, options))),
    async connect() {
      await ask(teams.connect.$post({ json: { app: appId, token: await token() } }));
    },
    async consent() {
      const { account, adminConsentUrl } = await session();
      const query = new URLSearchParams({ app: appId, ...(account !== null && { hint: account }) });
      return { adminUrl: adminConsentUrl, windowUrl: `${window.location.origin}/teams/consent?${query.toString()}` };
    },
  };
}
