import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { readMail, startSmtpServer } from '../support/smtp-server.ts';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage } from './support/stage.ts';
import { fitsAcross } from './support/visitor.ts';

const leilas = 'leila.haddad@northgate.example';

test('an address to go back to is listed, somebody who is no member connects by a link, and is disconnected', async (t) => {
  const stage = await startStage(t);
  const { page, expectFault } = await signedIn(stage);
  expectFault(/status of 400/);
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Connecting accounts' }).click();
  const addresses = page.getByLabel('Return addresses, one on each line');
  await addresses.fill('http://app.example.com/connected');
  await page.getByRole('button', { name: 'Save addresses' }).click();
  await page.getByText(/Use https/).waitFor();
  assert.equal(await addresses.getAttribute('aria-invalid'), 'true');
  const callback = `${stage.publicUrl}/problems/slot_taken`;
  await addresses.fill(callback);
  await page.getByLabel('Sites, one on each line').fill('https://App.example.com');
  await page.getByRole('button', { name: 'Save addresses' }).click();
  await page.getByText('Saved.', { exact: true }).waitFor();
  assert.equal(await page.getByLabel('Sites, one on each line').inputValue(), 'https://app.example.com');
  await page.reload();
  assert.equal(await addresses.inputValue(), callback);

  await page.getByLabel('Address of the account').fill(leilas);
  await page.getByLabel('What your application calls the person').fill('candidate-17');
  await page.getByLabel('Afterwards the person sees').selectOption(callback);
  await page.getByRole('button', { name: 'Make the link' }).click();
  await page.getByRole('heading', { name: `Copy the link for ${leilas} now` }).waitFor();
  const link = await page.getByRole('group', { name: 'the link' }).innerText();
  const { page: leila } = await stage.person();
  await follow(leila, link);
  await leila.waitForURL((url) => url.href.startsWith(callback));

  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Integrations' }).click();
  const outside = page.getByRole('region', { name: 'Connected by a link' });
  await outside.getByText(leilas).waitFor();
  await outside.getByText('Your application calls this person candidate-17').waitFor();
  await outside.getByRole('button', { name: `Copy a link to connect again: ${leilas}` }).click();
  const again = await outside.getByRole('group', { name: `the link for ${leilas}` }).innerText();
  assert.match(again, /\/connect\/to\/parley_connect_/);
  await outside.getByRole('button', { name: `Disconnect ${leilas}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/Meetings stay in that calendar/).waitFor();
  await dialog.getByRole('button', { name: `Disconnect ${leilas}` }).click();
  await outside.waitFor({ state: 'detached' });
});

test('N4: who would be asked is seen first, the number is typed, and each gets a mail with a way back', async (t) => {
  const { stage, page, mailsTo } = await withTwo(t);
  await page.goto(`${stage.publicUrl}/console/microsoft-365/integrations`);
  await page.getByRole('button', { name: 'See who would be asked' }).click();
  const panel = page.getByRole('region', { name: 'Ask everyone to connect again' });
  const people = panel.getByRole('list', { name: 'People whom it concerns' });
  await people.getByText(leilas).first().waitFor();
  assert.equal(await people.getByRole('listitem').count(), 2);
  await people.getByText(/No member · lacks Calendars\.ReadWrite · no meetings ahead/).waitFor();
  await panel.getByText('2 mails will be sent.').waitFor();
  await panel.getByRole('radio', { name: /let their connections rest/ }).check({ force: true });
  await panel.getByText('2 mails will be sent, and 2 connections will rest until their owners are back.').waitFor();
  await panel.getByLabel('A paragraph of your own for the mail').fill('We now put meetings into your calendar.');
  await panel.getByLabel('Type 2 to confirm that you mean 2 people').fill('3');
  await panel.getByRole('button', { name: 'Ask 2 people' }).click();
  await panel.getByText('It would be 2 people. Type 2.').waitFor();
  assert.equal(mailsTo(leilas).length, 0);
  await panel.getByLabel('Type 2 to confirm that you mean 2 people').fill('2');
  await panel.getByRole('button', { name: 'Ask 2 people' }).click();
  await panel.getByText('2 people were asked; 2 mails on the way. 2 connections now rest.').waitFor();
  await people
    .getByText(/no second mail within a day/)
    .first()
    .waitFor();
  await shoot(page, 'integrations-asked-again');
  await page.getByRole('region', { name: 'Connected by a link' }).getByText('Reconnect needed').waitFor();

  const link = await linkIn(() => mailsTo(leilas));
  const { page: leila } = await stage.person();
  await follow(leila, link);
  await leila.getByRole('heading', { name: 'You are connected' }).waitFor();
  await page.reload();
  await page.getByRole('region', { name: 'Connected by a link' }).getByText('Connected', { exact: true }).waitFor();
});

const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 320, height: 640 } }],
];
for (const [name, options] of looks) {
  test(`connecting accounts, and asking for it again, has no violations: ${name}`, async (t) => {
    const { stage, page } = await withTwo(t, options);
    const check = async (what: string) => {
      await shoot(page, `connecting-accounts-${what.replaceAll(' ', '-')}-${name}`);
      await assertAccessible(page, `${what}, ${name}`);
      assert.ok(await fitsAcross(page), `${what} fits across the screen, ${name}`);
    };
    await page.goto(`${stage.publicUrl}/console/developers/connecting-accounts`);
    await page.getByRole('button', { name: 'Make the link' }).click();
    await page.getByRole('heading', { name: 'Copy the link now' }).waitFor();
    await check('addresses');
    await page.goto(`${stage.publicUrl}/console/microsoft-365/integrations`);
    await page.getByRole('button', { name: `Copy a link to connect again: ${leilas}` }).click();
    await page.getByRole('group', { name: `the link for ${leilas}` }).waitFor();
    await page.getByRole('button', { name: 'See who would be asked' }).click();
    await page.getByRole('list', { name: 'People whom it concerns' }).waitFor();
    await check('asking');
    await page.getByRole('button', { name: 'Ask 2 people' }).click();
    await page.getByText('It would be 2 people. Type 2.').waitFor();
    await check('wrong number');
  });
}

test('connecting accounts is for administrators', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage, { email: 'dana.reyes@contoso.example' });
  assert.equal(await page.getByRole('link', { name: 'Connecting accounts' }).count(), 0);
  await page.goto(`${stage.publicUrl}/console/developers/connecting-accounts`);
  await page.getByRole('heading', { name: 'For administrators of this workspace' }).waitFor();
  await page.goto(`${stage.publicUrl}/console/microsoft-365/integrations`);
  await page.getByRole('region', { name: 'Microsoft Teams' }).waitFor();
  assert.equal(await page.getByText('Ask everyone to connect again').count(), 0);
});

/** Dana, a member, and Leila, who came by a link, connected before the calendar was asked for. */
async function withTwo(t: Parameters<typeof startStage>[0], options: PersonOptions = {}) {
  const server = await startSmtpServer(t);
  const stage = await startStage(t, {
    Mail__SmtpUrl: `smtp://parley:secret@${server.host}`,
    Mail__From: 'parley@meet.example.com',
  });
  const owner = await signedIn(stage, options);
  const { context, page } = owner;
  const answer = await context.request.post(`${stage.publicUrl}/v1/connect-links`, {
    data: {},
    headers: { origin: stage.publicUrl },
  });
  const { url } = (await answer.json()) as { url: string };
  const { page: leila } = await stage.person();
  await follow(leila, url);
  await leila.getByRole('heading', { name: 'You are connected' }).waitFor();
  const granted_scopes = 'OnlineMeetings.ReadWrite User.Read';
  await stage.world.database.db.updateTable('connections').set({ granted_scopes }).execute();
  const mailsTo = (address: string) =>
    server.mails.filter(({ to }) => to.some((one) => one.includes(address))).map(({ raw }) => readMail(raw));
  return { stage, page, mailsTo };
}

/** Opens a link to connect, signs in as Leila and accepts. */
async function follow(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('button', { name: 'Continue to Microsoft' }).click();
  const accept = page.getByRole('button', { name: 'Accept' });
  const account = page.getByRole('button', { name: /Leila Haddad/ });
  await accept.or(account).first().waitFor();
  if (await account.isVisible()) await account.click();
  const done = page.getByRole('heading', { name: 'You are connected' });
  await accept.or(done).first().waitFor();
  if (await accept.isVisible()) await accept.click();
}

type Read = ReturnType<typeof readMail>;

/** The link to connect in the first mail, as soon as that has arrived. */
async function linkIn(mails: () => Read[]): Promise<string> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const text = mails()[0]?.part('text/plain') ?? '';
    const [link] = /http:\/\/localhost:\d+\/connect\/to\/\S+/.exec(text) ?? [];
    if (link) return link;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no link to connect was mailed');
}
