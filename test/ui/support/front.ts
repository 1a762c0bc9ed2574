import type { TestContext } from 'node:test';
import { createApiKey } from '../../../src/access/service.ts';
import { readMail, startSmtpServer } from '../../support/smtp-server.ts';
import { startStage, type Stage } from './stage.ts';

export type UiFront = Awaited<ReturnType<typeof startUiFront>>;

/** A stage whose mail arrives, with the API as another program uses it. */
export async function startUiFront(t: TestContext) {
  const server = await startSmtpServer(t);
  const stage = await startStage(t, {
    Mail__SmtpUrl: `smtp://parley:secret@${server.host}`,
    Mail__From: 'parley@meet.example.com',
  });
  const api = await apiOf(stage);
  const mailsTo = (address: string) =>
    server.mails
      .filter(({ to }) => to.some((one) => one.toLowerCase().includes(address)))
      .map(({ raw }) => readMail(raw));
  /** The first link of a kind in the mail to somebody, as soon as it has arrived. */
  const linkTo = async (address: string, kind: RegExp): Promise<string> => {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      for (const mail of mailsTo(address).toReversed()) {
        const link = [...(mail.part('text/plain') ?? '').matchAll(/https?:\/\/localhost:\d+[^\s<>)]*/g)]
          .map(([url]) => url)
          .find((url) => kind.test(url));
        if (link) return link;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no link like ${kind.source} was mailed to ${address}`);
  };
  return { stage, api, mailsTo, linkTo };
}

/** Calls the API with a key of the stage's workspace; throws unless the answer is a success. */
async function apiOf(stage: Stage) {
  const { db } = stage.world.database;
  const { id } = await db.selectFrom('workspaces').select('id').executeTakeFirstOrThrow();
  const { secret } = await createApiKey({ db, now: stage.clock.now }, id, 'tests');
  return async <T = { id: string }>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(stage.publicUrl + path, {
      method,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  };
}

/** Another event type of Dana's, with rules of its own. */
export async function addEventType({ api, stage }: Pick<UiFront, 'api' | 'stage'>, rules: object): Promise<string> {
  const { data } = await api<{ data: { id: string; email: string }[] }>('GET', '/v1/members');
  const dana = data.find(({ email }) => email.startsWith('dana'));
  const slug = `type-${(made += 1)}`;
  await api('POST', '/v1/event-types', {
    hostId: dana?.id,
    slug,
    title: 'Advice',
    description: 'Half an hour about your next step.',
    timeZone: 'Europe/Berlin',
    ...rules,
  });
  return `${stage.publicUrl}/book/contoso-careers/${slug}`;
}

let made = 0;
