import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSmtpServer } from '../support/smtp-server.ts';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { mailboxOf, openWeek } from './support/outlook.ts';
import { addEventType, addYuki, ola, programOf, tuesdayAt } from './support/program.ts';
import { startStage, type Stage } from './support/stage.ts';
import { fitsAcross, keyboardOf } from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';
const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
];

/** An organisation with two contacts, and somebody of no organisation. */
async function withPeople(stage: Stage) {
  const program = await programOf(stage);
  const acme = await program('POST', '/v1/organisations', { name: 'Acme', defaultEmail: 'office@acme.example' });
  const organisationId = acme['id'] as string;
  await program('POST', '/v1/contacts', { name: 'Ida Lund', email: 'ida@acme.example', organisationId });
  await program('POST', '/v1/contacts', { name: 'Jon Moe', email: 'jon@acme.example', organisationId });
  await program('POST', '/v1/contacts', { name: 'Kim Nord', email: 'kim@elsewhere.example' });
  return { program, organisationId };
}

for (const [look, options] of looks) {
  test(`a time is booked for a contact, with people from everywhere: ${look}`, async (t) => {
    const stage = await startStage(t);
    await withPeople(stage);
    const { page } = await signedIn(stage, { ...options, email: dana });
    const see = async (name: string) => {
      await shoot(page, `new-booking-${name}-${look}`);
      await assertAccessible(page, `${name}, ${look}`);
      assert.ok(await fitsAcross(page), `${name} fits across the screen, ${look}`);
    };
    await page.goto(`${stage.publicUrl}/console/bookings`);
    await page.getByRole('button', { name: 'New booking' }).click();
    await page.getByLabel('Event type').selectOption({ label: 'Intro call' });
    await page.getByRole('radio', { name: '10:00' }).first().check({ force: true });
    await page.getByRole('radio', { name: 'A contact' }).check();
    await page.getByLabel('Find a contact').fill('ida');
    await page.getByRole('button', { name: 'Choose Ida Lund' }).waitFor();
    await see('finding-a-contact');
    await page.getByRole('button', { name: 'Choose Ida Lund' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Email', exact: true }).inputValue(), 'ida@acme.example');

    // Only contacts of the linked organisation; everybody else by their address.
    const invited = page.getByRole('region', { name: /^Invited:/ });
    await page.getByRole('button', { name: 'Add Jon Moe' }).click();
    assert.equal(await page.getByText('Kim Nord').count(), 0);
    await invited.getByText('Contact', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Users' }).click();
    await page.getByRole('searchbox', { name: 'Users' }).fill('milan');
    await page.getByRole('button', { name: 'Add Milan Okafor' }).first().click();
    await page.getByRole('tab', { name: 'Email address' }).click();
    const address = page.getByRole('textbox', { name: 'Email address' });
    await address.fill('kim@elsewhere.example, JON@acme.example; nobody@nowhere, ida@acme.example');
    await page.keyboard.press('Enter');
    await page.getByText('nobody@nowhere: the domain after the @ has no dot').waitFor();
    await page.getByText('JON@acme.example is on the list already, so it was not added twice.').waitFor();
    await page.getByText(/ida@acme\.example is the visitor’s own address/).waitFor();
    assert.equal(await address.inputValue(), 'nobody@nowhere');
    await see('picking');
    await address.fill('');
    await page.getByRole('button', { name: 'Remove Milan Okafor' }).click();
    await page.getByRole('heading', { name: 'Invited: 3 people' }).waitFor();
    await see('filled-in');
    await page.getByRole('button', { name: 'Book this time' }).click();
    await page.getByRole('heading', { name: 'Ida Lund', level: 1 }).waitFor();
    await page.getByText('Link ready').waitFor();
    await see('booked');
    assert.equal(mailboxOf(stage, 'jon@acme.example').messages.length, 1);
    assert.equal(mailboxOf(stage, 'kim@elsewhere.example').messages.length, 1);

    await page.getByRole('button', { name: 'Change who comes…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Remove Jon Moe' }).click();
    await see('changing-who-comes');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(/^Who comes along changed by Dana Reyes/).waitFor();
    await page.getByText('Outlook and Teams show the change').waitFor();
    assert.equal(mailboxOf(stage, 'jon@acme.example').messages[0]?.kind, 'cancellation');
  });
}

test('an organisation’s default address is invited first, and the picker works without a mouse', async (t) => {
  const stage = await startStage(t);
  await withPeople(stage);
  const { page } = await signedIn(stage, { email: dana, viewport: { width: 1280, height: 900 } });
  await page.goto(`${stage.publicUrl}/console/bookings/new`);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Sam Ferro');
  await page.getByLabel('Organisation (optional)').selectOption({ label: 'Acme' });
  const invited = page.getByRole('region', { name: /^Invited:/ });
  await invited.getByText('office@acme.example').waitFor();
  await invited.getByText('Organisation’s default address').waitFor();
  const { press, reach } = keyboardOf(page);
  await reach(page.getByRole('tab', { name: 'Contacts' }));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');

  await reach(page.getByRole('textbox', { name: 'Email address' }));
  await page.keyboard.type('new@acme.example');
  await page.keyboard.press('Enter');
  await invited.getByText('new@acme.example').waitFor();
  await press(page.getByRole('button', { name: 'Remove new@acme.example' }));
  await invited.getByText('new@acme.example').waitFor({ state: 'detached' });
  await page.getByText('new@acme.example is not invited any more.').waitFor();
});

test('a series shows what is taken before anything is booked, and each time stands by itself', async (t) => {
  const stage = await startStage(t);
  const program = await programOf(stage);
  const { danaId } = await addYuki(stage, program);
  const chat = await addEventType(program, { slug: 'chat', title: 'Career chat', operatorIds: [danaId] });
  const first = tuesdayAt(stage.clock.now(), '10:00');
  const third = tuesdayAt(new Date(first.getTime() + 10 * 86_400_000), '10:00');
  await program('POST', '/v1/bookings', { eventTypeId: chat['id'], start: third, visitor: ola });
  const { page } = await signedIn(stage, { email: dana, viewport: { width: 1280, height: 900 } });
  await page.goto(`${stage.publicUrl}/console/bookings/new?type=${chat['id']}`);
  const day = first.toLocaleDateString('en-GB', { timeZone: 'Europe/Berlin', day: 'numeric', month: 'short' });
  const tuesday = page.getByRole('group', { name: new RegExp(`^Tue ${day}`) });
  await tuesday.getByRole('radio', { name: '10:00' }).check({ force: true });
  await page.getByLabel('Repeat').selectOption({ label: 'Every week' });
  await page.getByText(/^One of these times cannot be booked\./).waitFor();
  await shoot(page, 'series-with-a-conflict');
  await assertAccessible(page, 'series with a conflict');
  await tuesday.getByRole('radio', { name: '11:00' }).check({ force: true });
  await page.getByText('All 4 times are free.').waitFor();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Sam Ferro');
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill('sam.ferro@visitor.example');
  await page.getByRole('button', { name: 'Book 4 times' }).click();
  await page.getByRole('heading', { name: 'One of 4 appointments' }).waitFor();
  await page.getByText('Link ready').first().waitFor();
  await shoot(page, 'series-booked');
  await assertAccessible(page, 'series');
  await page.getByRole('button', { name: 'Cancel this meeting' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel this meeting' }).click();
  await page.getByText('Gone from the calendar; Outlook told everybody invited').waitFor();
  const { data } = await program('GET', '/v1/bookings?status=confirmed&order=asc&limit=50');
  assert.equal((data as { seriesId: string | null }[]).filter(({ seriesId }) => seriesId !== null).length, 3);
});

test('staff books a time that is not offered, but none that is taken', async (t) => {
  const stage = await startStage(t);
  const { page, expectFault } = await signedIn(stage, { email: dana, viewport: { width: 1280, height: 900 } });
  const evening = tuesdayAt(stage.clock.now(), '20:00');
  const typed = evening.toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' }).slice(0, 16).replace(' ', 'T');
  const book = async (name: string) => {
    await page.goto(`${stage.publicUrl}/console/bookings/new`);
    await page.getByLabel('Event type').selectOption({ label: 'Intro call' });
    await page.getByText('Choose a time that is not offered').click();
    await page.getByLabel('Day and time').fill(typed);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await page.getByRole('textbox', { name: 'Email', exact: true }).fill('late@visitor.example');
    await page.getByRole('button', { name: 'Book this time' }).click();
  };
  await book('Late One');
  await page.getByRole('heading', { name: 'Late One', level: 1 }).waitFor();
  expectFault(/status of 409/);
  await book('Later One');
  await page
    .getByRole('alert')
    .filter({ hasText: /taken|free/ })
    .waitFor();
  await shoot(page, 'new-booking-taken');
  await assertAccessible(page, 'new booking whose time is taken');
  expectFault(/status of 400/);
  await page.getByLabel('Day and time').fill(typed.replace('T20', 'T21'));
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill('no address');
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('Write an e-mail address such as sam@example.org.').waitFor();
  const email = page.getByRole('textbox', { name: 'Email', exact: true });
  assert.ok(await email.evaluate((element) => document.activeElement === element), 'the fault has the focus');
});

test('what somebody changed in Outlook is kept or put back, and what they deleted is made again', async (t) => {
  const stage = await startStage(t);
  const program = await programOf(stage);
  const { data } = await program('GET', '/v1/event-types');
  const intro = (data as { id: string; slug: string }[]).find(({ slug }) => slug === 'intro-call');
  const start = tuesdayAt(stage.clock.now(), '10:00');
  const { id } = await program('POST', '/v1/bookings', { eventTypeId: intro?.id, start, visitor: ola });
  const { page } = await signedIn(stage, { email: dana, viewport: { width: 1280, height: 900 } });
  await page.goto(`${stage.publicUrl}/console/bookings/${id}`);
  await page.getByText('Link ready').waitFor();
  const { page: outlook } = await stage.person();
  const openEvent = async () => {
    await openWeek(outlook, stage, dana, start);
    await outlook.locator('.event a').first().click();
  };
  const look = async () => {
    stage.clock.advance(20 * 60_000);
    await page.goto(`${stage.publicUrl}/console/bookings/${id}`);
  };
  await openEvent();
  await outlook.getByLabel('Start').fill('14:00');
  await outlook.getByLabel('End', { exact: true }).fill('14:30');
  await outlook.getByRole('button', { name: 'Save changes' }).click();
  await look();
  await page.getByRole('heading', { name: /^Somebody moved this meeting in Outlook to / }).waitFor({ timeout: 60_000 });
  await shoot(page, 'outlook-changed');
  await assertAccessible(page, 'changed in Outlook');
  await page.goto(`${stage.publicUrl}/console/`);
  await page.getByText('A meeting was changed in Outlook').waitFor();
  await shoot(page, 'outlook-changed-in-today');
  await page.getByRole('link', { name: /^Decide what holds/ }).click();
  await page.getByRole('button', { name: 'Keep Outlook’s time' }).click();
  await page.getByText(/^Moved in Outlook/).waitFor();
  await page.getByText('Link ready').waitFor();
  await shoot(page, 'outlook-kept');

  await openEvent();
  await outlook.getByRole('button', { name: 'Cancel meeting' }).click();
  await look();
  await page
    .getByRole('heading', { name: /^Somebody (deleted|cancelled) this meeting in Outlook/ })
    .waitFor({ timeout: 60_000 });
  await shoot(page, 'outlook-deleted');
  await assertAccessible(page, 'deleted in Outlook');
  await page.getByRole('button', { name: 'Make it again' }).click();
  await page.getByText('Link ready').waitFor();
  await shoot(page, 'outlook-made-again');
});

test('what Parley wrote about a booking is listed with it, and sent once more', async (t) => {
  const server = await startSmtpServer(t);
  const mail = { Mail__SmtpUrl: `smtp://${server.host}`, Mail__From: 'Parley <parley@meet.example.com>' };
  const stage = await startStage(t, mail);
  const program = await programOf(stage);
  const { danaId } = await addYuki(stage, program);
  const eventType = await addEventType(program, {
    slug: 'chat',
    title: 'Career chat',
    operatorIds: [danaId],
    invitations: 'parley',
  });
  const start = tuesdayAt(stage.clock.now(), '10:00');
  const { id } = await program('POST', '/v1/bookings', { eventTypeId: eventType['id'], start, visitor: ola });
  const { page } = await signedIn(stage, { email: dana, viewport: { width: 1280, height: 900 } });
  await page.goto(`${stage.publicUrl}/console/bookings/${id}`);
  await page
    .getByRole('button', { name: /^Send again .*ola\.brink@visitor\.example/ })
    .first()
    .click();
  await page.getByText('It is sent once more.').waitFor();
  await shoot(page, 'booking-mails');
  await assertAccessible(page, 'mails of a booking');
  assert.equal(server.mails.filter(({ to }) => to.join().includes(ola.email)).length >= 2, true);
});

test('after its time a booking is over by itself, and somebody may say that nobody came', async (t) => {
  const stage = await startStage(t);
  const program = await programOf(stage);
  const { data } = await program('GET', '/v1/event-types');
  const intro = (data as { id: string; slug: string }[]).find(({ slug }) => slug === 'intro-call');
  const start = tuesdayAt(stage.clock.now(), '10:00');
  const wish = { eventTypeId: intro?.id, start, visitor: ola, teamsMeeting: false };
  const { id } = await program('POST', '/v1/bookings', wish);
  const { page } = await signedIn(stage, { email: dana, viewport: { width: 1280, height: 900 } });
  await page.goto(`${stage.publicUrl}/console/bookings/${id}`);
  await page.getByText('There is no Teams meeting for it.').waitFor();
  await page.getByRole('button', { name: 'Add a Teams meeting' }).click();
  await page.getByText('Link ready').waitFor();
  const untilOver = start.getTime() + 60 * 60_000 - stage.clock.now().getTime();
  stage.clock.advance(untilOver);
  await page.clock.setFixedTime(stage.clock.now());
  await page.goto(`${stage.publicUrl}/console/bookings/${id}`);
  await page.getByText('Took place', { exact: true }).waitFor({ timeout: 100_000 });
  await page.getByRole('button', { name: 'Mark as no-show' }).click();
  await page.getByText('Ola Brink did not come.').waitFor();
  await shoot(page, 'booking-no-show');
  await assertAccessible(page, 'no-show');
  await page.getByRole('button', { name: 'Mark as took place' }).click();
  await page.getByText(/^Marked as took place by Dana Reyes/).waitFor();
  await shoot(page, 'booking-took-place');
});
