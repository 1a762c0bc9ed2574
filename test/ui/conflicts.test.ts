import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './support/axe.ts';
import { shoot } from './support/browser.ts';
import { mailboxOf } from './support/outlook.ts';
import { startStage } from './support/stage.ts';
import { bookAnything, bookIt, chooseDay, chooseTime, fillIn, joinLink, sam, timesOf } from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';
const other = { name: 'Ola Brink', email: 'ola.brink@visitor.example', note: '' };

test('an appointment that the host makes in Outlook takes its times away from visitors', async (t) => {
  const stage = await startStage(t);
  const { page } = await stage.person();
  await page.goto(stage.bookingUrl);
  await chooseDay(page, stage.clock.now());
  const before = await timesOf(page);
  assert.ok(before.includes('10:00') && before.includes('10:30') && before.includes('11:00'));
  const day = new URL(page.url()).searchParams.get('day') ?? '';

  const { page: outlook } = await stage.person();
  await outlook.goto(stage.outlook(dana, 'calendar'));
  await outlook.getByLabel('Subject').fill('Dentist');
  await outlook.getByLabel('Date').fill(day);
  await outlook.getByLabel('Start').fill('10:00');
  await outlook.getByLabel('End', { exact: true }).fill('11:00');
  await outlook.getByRole('button', { name: 'Save appointment' }).click();
  await outlook.locator('.event').getByText('Dentist').waitFor();

  stage.clock.advance(31_000); // what was read of a calendar is used for half a minute
  await page.reload();
  assert.deepEqual(
    await timesOf(page),
    before.filter((time) => time !== '10:00' && time !== '10:30'),
  );
});

test('a time is kept while the form is filled in; if somebody takes it later, what was typed stays, and fresh times are offered', async (t) => {
  const stage = await startStage(t);
  const slow = await stage.person();
  const quick = await stage.person();
  slow.expectFault(/status of 409/);
  await slow.page.goto(stage.bookingUrl);
  await chooseDay(slow.page, stage.clock.now());
  const wanted = await chooseTime(slow.page);
  await fillIn(slow.page);

  // For ten minutes nobody else is offered the time.
  await quick.page.goto(stage.bookingUrl);
  await chooseDay(quick.page, stage.clock.now());
  const offered = await chooseTime(quick.page);
  assert.notEqual(offered.getTime(), wanted.getTime());

  stage.clock.advance(11 * 60_000);
  const taken = await bookAnything(quick.page, stage.bookingUrl, stage.clock.now(), other);
  assert.equal(taken.getTime(), wanted.getTime());

  await slow.page.getByRole('button', { name: 'Book this time' }).click();
  await slow.page.getByRole('alert').getByText('Somebody else has just taken this time.').waitFor();
  await shoot(slow.page, 'book-time-taken');
  await assertAccessible(slow.page, 'form whose time was taken');
  assert.equal(await slow.page.getByLabel('Name').inputValue(), sam.name);
  assert.equal(await slow.page.getByLabel('E-mail').inputValue(), sam.email);
  assert.equal(await slow.page.getByLabel('Note').inputValue(), sam.note);
  const values = await slow.page
    .locator('input[name="start"]')
    .evaluateAll((radios) => radios.map((radio) => (radio as HTMLInputElement).value));
  assert.ok(values.length > 0, 'other times are offered');
  assert.ok(!values.some((value) => new Date(value).getTime() === wanted.getTime()), 'the lost time is not');
  await slow.page.locator('label.choice').first().click();
  await bookIt(slow.page);
  await joinLink(slow.page);
  await joinLink(quick.page);
  assert.equal(mailboxOf(stage, dana).events.length, 2);
  assert.equal(mailboxOf(stage, sam.email).messages.length, 1);
  assert.equal(mailboxOf(stage, other.email).messages.length, 1);
});

test('a time that is gone when it is chosen leads back to the calendar with the times that are free', async (t) => {
  const stage = await startStage(t);
  const slow = await stage.person();
  const quick = await stage.person();
  slow.expectFault(/status of 409/);
  await slow.page.goto(stage.bookingUrl);
  await chooseDay(slow.page, stage.clock.now());
  const before = await timesOf(slow.page);
  await bookAnything(quick.page, stage.bookingUrl, stage.clock.now(), other);
  await chooseTime(slow.page);
  await slow.page.getByText('This time is no longer free.').waitFor();
  await shoot(slow.page, 'book-time-gone');
  await assertAccessible(slow.page, 'calendar whose time is gone');
  assert.deepEqual(await timesOf(slow.page), before.slice(1));
});

test('pressing the button twice books once, and going back offers what is free now', async (t) => {
  const stage = await startStage(t);
  const { page, expectFault } = await stage.person();
  await page.goto(stage.bookingUrl);
  await chooseDay(page, stage.clock.now());
  await chooseTime(page);
  await fillIn(page);
  await page.getByRole('button', { name: 'Book this time' }).dblclick();
  await page.getByRole('heading', { name: 'Your time is booked' }).waitFor();
  await joinLink(page);
  expectFault(/status of 409/);
  await page.goBack();
  await page.getByText('This time is no longer free.').waitFor();
  assert.equal(mailboxOf(stage, dana).events.length, 1);
  assert.equal(mailboxOf(stage, sam.email).messages.length, 1);
});
