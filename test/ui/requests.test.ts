import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { mailboxOf } from './support/outlook.ts';
import { addEventType, addYuki, dayOf, ola, programOf, tuesdayAt } from './support/program.ts';
import { startStage, type Stage } from './support/stage.ts';
import { chooseDay, chooseTime, fillIn, fitsAcross, joinLink, sam } from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';
const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
];

async function withApproval(stage: Stage) {
  const program = await programOf(stage);
  const { danaId, yukiId } = await addYuki(stage, program);
  const eventType = await addEventType(program, {
    slug: 'interview-practice',
    title: 'Interview practice',
    operatorIds: [danaId, yukiId],
    needsApproval: true,
  });
  return { program, danaId, yukiId, eventType };
}

for (const [look, options] of looks) {
  test(`a request is approved, moved and cancelled, and both people see each step: ${look}`, async (t) => {
    const stage = await startStage(t);
    const { eventType } = await withApproval(stage);
    const { page: visitor } = await stage.person({ ...options, timezoneId: 'America/New_York' });
    await visitor.goto(eventType['bookingUrl'] as string);
    await chooseDay(visitor, stage.clock.now());
    await chooseTime(visitor);
    await fillIn(visitor);
    await visitor.locator('form button[type="submit"]').last().click();
    await visitor.getByRole('heading', { level: 1 }).waitFor();
    await shoot(visitor, `request-visitor-asked-${look}`);

    const { page } = await signedIn(stage, { ...options, email: dana });
    const see = async (name: string) => {
      await shoot(page, `request-${name}-${look}`);
      await assertAccessible(page, `${name}, ${look}`);
      assert.ok(await fitsAcross(page), `${name} fits across the screen, ${look}`);
    };
    await page.getByRole('heading', { name: 'Requests to answer' }).waitFor();
    await see('today');
    await page.goto(`${stage.publicUrl}/console/bookings/requests`);
    await page.getByRole('button', { name: `Approve… the request of ${sam.name}` }).waitFor();
    await see('queue');
    await page.getByRole('link', { name: sam.name, exact: true }).click();
    await page.getByRole('heading', { name: sam.name, level: 1 }).waitFor();
    await page.getByText('It is kept for them until somebody answers.').waitFor();
    await see('booking');
    assert.equal(mailboxOf(stage, dana).events.length, 0, 'nothing is in a calendar before somebody approves');

    await page.getByRole('button', { name: 'Approve…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('switch', { name: 'Generate Microsoft Teams meeting link' }).waitFor();
    await see('approving');
    await dialog.getByRole('radio', { name: 'At another time or with another operator' }).check();
    await dialog.getByRole('group').first().waitFor();
    await see('approving-otherwise');
    await dialog.getByRole('radio', { name: /^As they asked/ }).check();
    await dialog.getByLabel(/^Note to/).fill('I look forward to it.');
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Link ready').waitFor();
    await page.getByText(/^Approved by Dana Reyes/).waitFor();
    await see('approved');
    await visitor.reload();
    const link = await joinLink(visitor);
    await shoot(visitor, `request-visitor-approved-${look}`);

    await page.getByRole('button', { name: 'Move', exact: true }).click();
    await page.getByRole('heading', { name: `Move the meeting with ${sam.name}` }).waitFor();
    await page.locator('fieldset').nth(1).getByRole('radio').nth(2).check({ force: true });
    await see('moving');
    await page.getByRole('button', { name: 'Move this meeting' }).click();
    await page.getByText(/^Moved by Dana Reyes/).waitFor();
    await page.getByText('Outlook and Teams show the change').waitFor();
    await see('moved');
    await visitor.reload();
    assert.equal(await joinLink(visitor), link, 'the link stays the same');

    await page.getByRole('button', { name: 'Cancel this meeting' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('The adviser is ill.');
    await see('cancelling');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel this meeting' }).click();
    await page.getByText('Gone from the calendar; Outlook told everybody invited').waitFor();
    await see('cancelled');
    await visitor.reload();
    await visitor
      .getByRole('heading', { name: /cancelled/i })
      .first()
      .waitFor();
  });
}

test('of two who approve at once one wins, and the other reads who it was', async (t) => {
  const stage = await startStage(t);
  const { program, eventType } = await withApproval(stage);
  const start = tuesdayAt(stage.clock.now(), '10:00');
  await program('POST', '/v1/bookings', { eventTypeId: eventType['id'], start, visitor: ola });
  const quick = await signedIn(stage, { email: dana });
  const slow = await signedIn(stage);
  slow.expectFault(/status of 409/);
  for (const { page } of [quick, slow]) {
    await page.goto(`${stage.publicUrl}/console/bookings/requests`);
    await page.getByRole('button', { name: `Approve… the request of ${ola.name}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).waitFor();
  }
  await quick.page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
  await quick.page.getByText(`Approved: ${ola.name}`).waitFor();
  await slow.page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
  await slow.page.getByRole('heading', { name: 'Dana Reyes has just approved this' }).waitFor();
  await shoot(slow.page, 'request-rival');
  await assertAccessible(slow.page, 'rival');
  await slow.page.getByRole('button', { name: 'See the booking' }).click();
  await slow.page.getByText(/^Approved by Dana Reyes/).waitFor();

  // Taking an approval back has its own verb and removes the meeting.
  await quick.page.getByRole('button', { name: 'Revoke the approval…' }).click();
  await quick.page.getByRole('dialog').getByRole('textbox').fill('I was too quick.');
  await shoot(quick.page, 'request-revoking');
  await quick.page.getByRole('dialog').getByRole('button', { name: 'Revoke the approval', exact: true }).click();
  await quick.page.getByText(`Declined: ${ola.name}`).waitFor();
  await shoot(quick.page, 'request-revoked');
  await slow.page.getByText(/^Declined by Dana Reyes/).waitFor();
  await shoot(slow.page, 'request-revoked-booking');
});

test('an approval may set another time and operator, and do without a Teams meeting', async (t) => {
  const stage = await startStage(t);
  const { program, eventType } = await withApproval(stage);
  const start = tuesdayAt(stage.clock.now(), '10:00');
  const asked = await program('POST', '/v1/bookings', { eventTypeId: eventType['id'], start, visitor: ola });
  const { page } = await signedIn(stage);
  await page.getByRole('button', { name: `Approve… the request of ${ola.name}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'At another time or with another operator' }).check();
  await dialog.getByLabel('Operator', { exact: true }).selectOption({ label: 'Yuki Brandt' });
  const day = dialog
    .getByRole('group')
    .filter({ has: page.getByRole('radio') })
    .first();
  await day.getByRole('radio', { name: '14:00' }).check({ force: true });
  await dialog.getByText(/with Yuki Brandt\. Ola Brink hears of the change\./).waitFor();
  await dialog.getByRole('switch', { name: 'Generate Microsoft Teams meeting link' }).click();
  await shoot(page, 'request-approving-with-changes');
  await dialog.getByRole('button', { name: 'Approve with these changes' }).click();
  await page.getByText(`Approved: ${ola.name}`).waitFor();
  await shoot(page, 'request-approved-in-today');
  const now = await program('GET', `/v1/bookings/${asked['id']}`);
  assert.equal(now['operators'][0].name, 'Yuki Brandt');
  assert.equal(now['meeting'], null);
  assert.notEqual(now['start'], start.toISOString());
  await page.getByRole('link', { name: /^See the booking/ }).click();
  await page.getByText('There is no Teams meeting for it.').waitFor();
  await shoot(page, 'request-approved-without-teams');
});

test('who only looks reads requests and answers none', async (t) => {
  const stage = await startStage(t);
  const { program, eventType } = await withApproval(stage);
  const start = tuesdayAt(stage.clock.now(), '10:00');
  await program('POST', '/v1/bookings', { eventTypeId: eventType['id'], start, visitor: ola });
  const vera = { email: 'vera@contoso.example', name: 'Vera Lind', role: 'viewer', timeZone: 'Europe/London' };
  await program('POST', '/v1/members', vera);
  const { page } = await signedIn(stage, { email: vera.email });
  await page.getByRole('heading', { name: 'Requests that wait for an answer' }).waitFor();
  assert.equal(await page.getByRole('button', { name: /Approve/ }).count(), 0);
  await page.getByRole('link', { name: ola.name, exact: true }).click();
  await page.getByText('It is kept for them until somebody answers.').waitFor();
  assert.equal(await page.getByRole('button', { name: /Approve|Decline|Move|Withdraw/ }).count(), 0);
  await shoot(page, 'request-viewer');
  await page.goto(`${stage.publicUrl}/console/bookings/calendar?date=${dayOf(start)}`);
  await page.getByText('1 request waits for an answer in this week.').waitFor();
});
