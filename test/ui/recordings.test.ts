import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './support/axe.ts';
import { shoot } from './support/browser.ts';
import { startUiFront, type UiFront } from './support/front.ts';
import { signedIn } from './support/member.ts';
import { programOf } from './support/program.ts';
import { allowArtifacts, allowTranscripts, holdMeeting } from './support/recorded.ts';
import { startStage } from './support/stage.ts';
import { fitsAcross, sam } from './support/visitor.ts';

const wide = { width: 1280, height: 900 };

test('a meeting ends, its recording arrives, is played, searched, shared with its visitor and hidden again', async (t) => {
  const front = await startUiFront(t);
  const { stage } = front;
  await allowArtifacts(stage);
  const meeting = await holdMeeting(stage);
  const { page } = await signedIn(stage, { viewport: wide });
  await page.clock.setFixedTime(stage.clock.now()); // the browser is as far ahead as the server
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Recordings' }).click();
  await page.getByRole('heading', { name: 'Nothing is recorded yet' }).waitFor();
  await look(page, 'empty');

  await openBooking(page, stage.publicUrl);
  const section = page.getByRole('region', { name: 'Recordings and transcripts' });
  await section.getByText('Waiting').first().waitFor();
  await look(page, 'booking waits');
  meeting.end({ processingMs: 0 });
  await refresh(page, /^Found 1 recording and 1 attendance report\.$/);
  await section.getByText('Refused').waitFor();
  await look(page, 'booking with a refusal');
  allowTranscripts(stage);
  await refresh(page, /^Found 1 transcript\.$/);
  await look(page, 'booking with everything');

  await section.getByRole('link', { name: 'Watch the recording of 08:05' }).click();
  await page.getByRole('heading', { name: /Sam Ferro/, level: 1 }).waitFor();
  await play(page);
  await look(page, 'playing', { still: false });
  await searchWithin(page);
  await findEverywhere(page);
  await share(page, front);
});

test('a link that has ended is made anew where the video stands, and what is gone says so', async (t) => {
  const { stage, page, expectFault } = await recorded(t);
  await page.getByRole('link', { name: /^Recording of/ }).click();
  await play(page);
  await video(page).evaluate((element) => (element as HTMLVideoElement).pause());
  const at = await seconds(page);
  stage.clock.advance(5 * 60 * 60_000);
  await page.clock.setFixedTime(stage.clock.now());
  expectFault(/status of (410|404|502)/);
  // The same link again, at an address that the browser has not kept.
  await video(page).evaluate((element) => void ((element as HTMLVideoElement).src += '?again'));
  await page.waitForFunction(() => document.querySelector('video')?.src.endsWith('?again') === false);
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2);
  assert.ok(Math.abs((await seconds(page)) - at) < 0.3, `the video still stands at ${at} s`);

  for (const recording of stage.emulator.context.teams.artifacts.recordings.values()) recording.contentDeleted = true;
  await page.reload();
  await page
    .getByRole('region', { name: 'What is wrong' })
    .getByText(/Microsoft/)
    .first()
    .waitFor();
  await look(page, 'gone at Microsoft');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('region', { name: 'What is wrong' }).waitFor();
});

test('attendance is a table, what is held stays, and what is deleted is gone for everybody', async (t) => {
  const { stage, page, expectFault } = await recorded(t);
  expectFault(/status of 40[09]/); // no reason for a hold; a hold
  await page.getByRole('link', { name: /^Attendance of/ }).click();
  await page.getByRole('row', { name: /Dana Reyes.*Organizer.*08:00.*08:30.*30 minutes/ }).waitFor();
  await look(page, 'attendance');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV' }).click();
  assert.match((await download).suggestedFilename(), /\.csv$/);

  await page.getByRole('link', { name: 'Its booking' }).click();
  await page.getByRole('button', { name: 'Set a legal hold…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Set the legal hold' }).click();
  await dialog.getByText(/Say why/).waitFor();
  await dialog.getByLabel('Why').fill('Complaint of 24 November');
  await look(page, 'setting a hold');
  await dialog.getByRole('button', { name: 'Set the legal hold' }).click();
  await page.getByText(/Set by Milan Okafor/).waitFor();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Complaint of 24 November').waitFor();
  await look(page, 'held');

  await page.getByRole('link', { name: /^Watch the recording/ }).click();
  await page.getByText('For as long as the legal hold lasts').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Delete this recording…' }).count(), 0);
  await page.getByRole('link', { name: 'The booking says why' }).first().click();
  await page.getByRole('button', { name: 'Lift the legal hold…' }).click();
  await dialog.getByRole('button', { name: 'Lift the legal hold' }).click();
  await page.getByRole('button', { name: 'Set a legal hold…' }).waitFor();
  const bookingId = page.url().split('/').at(-1);
  await page.getByRole('link', { name: /^Watch the recording/ }).click();
  await page.getByRole('button', { name: 'Delete this recording…' }).click();
  // Somebody else holds it in the meantime.
  const program = await programOf(stage);
  await program('POST', `/v1/bookings/${bookingId}/legal-hold`, { reason: 'An audit' });
  await dialog.getByRole('button', { name: 'Delete this recording' }).click();
  await dialog.getByText('This is under legal hold and is not deleted').waitFor();
  await look(page, 'delete refused');
  await program('DELETE', `/v1/bookings/${bookingId}/legal-hold`);
  await dialog.getByRole('button', { name: 'Delete this recording' }).click();
  await page.getByRole('heading', { name: 'This recording was deleted' }).waitFor();
  await look(page, 'deleted');
  await page.goBack();
  await page.getByText('What was here is deleted.').waitFor();
  await page.getByRole('link', { name: /^Read the transcript/ }).click();
  await page.getByRole('region', { name: 'Transcript', exact: true }).getByText('admissions office').waitFor();
  assert.equal(await video(page).count(), 0);
  await look(page, 'transcript alone');
  stage.clock.advance(8 * 24 * 60 * 60_000);
  await page.clock.setFixedTime(stage.clock.now());
  await keepShorter(page, stage.publicUrl);
});

/** A shorter time says what it deletes, and deletes it only when that is confirmed. */
async function keepShorter(page: Page, publicUrl: string): Promise<void> {
  await page.goto(`${publicUrl}/console/settings`);
  const form = page.getByRole('form', { name: 'Recordings and transcripts' });
  const days = form.getByLabel('Attendance');
  await days.fill('0');
  await form.getByRole('button', { name: 'Save what is kept and shown' }).click();
  await form.getByText('At least one day.').waitFor();
  await days.fill('7');
  await form.getByText(/^When you save: 1 attendance report from before/).waitFor();
  await look(page, 'settings');
  await form.getByRole('button', { name: 'Save what is kept and shown' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete 1 attendance report?' });
  assert.equal(await dialog.getByRole('alert').count(), 0, 'what was refused before is forgotten');
  await look(page, 'deleting by retention');
  await dialog.getByRole('button', { name: 'Delete 1 attendance report' }).click();
  await form.getByText('Saved.', { exact: true }).waitFor();
  assert.equal(await days.inputValue(), '7');
}

test('who takes no part sees that something is there, and not what', async (t) => {
  const { stage, page } = await recorded(t);
  const program = await programOf(stage);
  const email = 'vera@contoso.example';
  await program('POST', '/v1/members', { email, name: 'Vera', role: 'viewer', timeZone: 'Europe/Berlin' });
  await page.getByRole('link', { name: /^Recording of/ }).click();
  await page.getByRole('heading', { name: /Sam Ferro/, level: 1 }).waitFor();
  const vera = await signedIn(stage, { viewport: wide, email });
  vera.expectFault(/status of 404/);
  await vera.page.clock.setFixedTime(stage.clock.now());
  await vera.page.goto(page.url());
  await vera.page.getByText('There is nothing at this address').waitFor();
  await openBooking(vera.page, stage.publicUrl);
  await vera.page.getByText('One recording is here. You do not take part').waitFor();
  assert.equal(await vera.page.getByRole('button', { name: 'Refresh recordings' }).count(), 0);
  await vera.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Recordings' }).click();
  await vera.page.getByText('An administrator of this workspace').waitFor();
});

test('a meeting on no calendar says that Teams keeps nothing of it, and one of an organization that has it off says where', async (t) => {
  const { stage, api } = await startUiFront(t);
  const person = await signedIn(stage, { viewport: wide });
  const { page } = person;
  const meeting = await holdMeeting(stage);
  await page.clock.setFixedTime(stage.clock.now());
  await openBooking(page, stage.publicUrl);
  await page.getByText('Recordings, transcripts and attendance are not switched on').waitFor();
  await page.getByText('OnlineMeetingTranscript.Read.All').waitFor();
  await look(page, 'off');
  const { data } = await api<{ data: { id: string; email: string }[] }>('GET', '/v1/members');
  const dana = data.find(({ email }) => email.startsWith('dana'));
  const { id } = await api('POST', '/v1/event-types', {
    hostId: dana?.id,
    slug: 'alone',
    title: 'On no calendar',
    timeZone: 'Europe/Berlin',
    meetingKind: 'standalone',
  });
  const start = new Date(meeting.start.getTime() + 48 * 60 * 60_000).toISOString();
  const visitor = { name: 'Ola Brink', email: 'ola.brink@visitor.example', timeZone: 'Europe/Oslo' };
  const booking = await api('POST', '/v1/bookings', { eventTypeId: id, start, visitor });
  await page.goto(`${stage.publicUrl}/console/bookings/${booking.id}`);
  await page.getByText('Teams keeps no dependable recordings, transcripts or attendance').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Refresh recordings' }).count(), 0);
  await look(page, 'not possible');
});

/** A meeting that has left everything, and the owner before the list of it. */
async function recorded(t: TestContext) {
  const stage = await startStage(t);
  await allowArtifacts(stage);
  allowTranscripts(stage);
  const meeting = await holdMeeting(stage);
  meeting.end({ processingMs: 0 });
  const person = await signedIn(stage, { viewport: wide });
  await person.page.clock.setFixedTime(stage.clock.now());
  await openBooking(person.page, stage.publicUrl);
  await refresh(person.page, /^Found 1 recording, 1 transcript and 1 attendance report\.$/);
  await person.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Recordings' }).click();
  await person.page.getByRole('link', { name: /^Attendance of/ }).waitFor();
  return { stage, ...person };
}

async function openBooking(page: Page, publicUrl: string): Promise<void> {
  await page.goto(`${publicUrl}/console/bookings?show=past`);
  await page.getByRole('link').filter({ hasText: sam.name }).click();
  await page.getByRole('heading', { name: 'Recordings and transcripts' }).waitFor();
}

async function refresh(page: Page, found: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'Refresh recordings' }).click();
  await page.getByText(found).waitFor({ timeout: 20_000 });
}

const video = (page: Page) => page.locator('video');
const seconds = (page: Page) => video(page).evaluate((element) => (element as HTMLVideoElement).currentTime);

/** Plays for real: the picture comes in ranges through Parley, and the text goes along. */
async function play(page: Page): Promise<void> {
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2);
  await video(page).evaluate((element) => (element as HTMLVideoElement).play());
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 3);
  await page.locator('button[aria-current="true"]').getByText('Yes, very well').waitFor();
  const tracks = await video(page).evaluate((element) => (element as HTMLVideoElement).textTracks[0]?.cues?.length);
  assert.equal(tracks ?? (await captionsOn(page)), 8, 'what is said is there as captions');
}

/** Cues are known once the captions are shown. */
async function captionsOn(page: Page): Promise<number | undefined> {
  return video(page).evaluate((element) => {
    const [track] = (element as HTMLVideoElement).textTracks;
    if (track) track.mode = 'hidden';
    return track?.cues?.length;
  });
}

async function searchWithin(page: Page): Promise<void> {
  await video(page).evaluate((element) => (element as HTMLVideoElement).pause());
  const transcript = page.getByRole('region', { name: 'Transcript' });
  await transcript.getByRole('searchbox').fill('good morning');
  await transcript.getByText('2 lines').waitFor();
  await page.keyboard.press('Enter');
  await transcript.getByText('1 of 2').waitFor();
  await page.keyboard.press('Enter');
  await transcript.getByText('2 of 2').waitFor();
  await page.keyboard.press('Shift+Enter');
  await transcript.getByText('1 of 2').waitFor();
  assert.deepEqual(await transcript.locator('mark').allInnerTexts(), ['Good', 'morning', 'Good', 'morning']);
  await look(page, 'search within');
  await transcript.getByRole('button', { name: /deadline/ }).click();
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) >= 12.6);
  await transcript.locator('button[aria-current="true"]').getByText('deadline').waitFor();
  // The keyboard goes from line to line, and plays from one.
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => Math.abs((document.querySelector('video')?.currentTime ?? 0) - 2.9) < 0.6);
}

async function findEverywhere(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Recordings' }).click();
  await page.getByRole('link', { name: /^Attendance of/ }).waitFor();
  await look(page, 'list');
  await page.getByRole('searchbox').fill('admissions');
  const found = page.getByRole('link', { name: /admissions office/ });
  await found.waitFor();
  await look(page, 'found');
  await found.click();
  await page.waitForURL(/t=15\.8&q=admissions/);
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2);
  assert.ok(Math.abs((await seconds(page)) - 15.8) < 0.1, 'the recording stands at the line');
  await page.getByRole('region', { name: 'Transcript' }).locator('mark').getByText('admissions').waitFor();
}

async function share(page: Page, { stage, linkTo }: UiFront): Promise<void> {
  const visitor = await stage.person();
  visitor.expectFault(/status of 404/);
  await visitor.page.goto(`${stage.publicUrl}/my/contoso-careers`);
  await visitor.page.getByLabel('E-mail').fill(sam.email);
  await visitor.page.getByRole('button', { name: 'Send me the link' }).click();
  await visitor.page.goto(await linkTo(sam.email, /\/my\/[^/]+\/link\//));
  await visitor.page.getByRole('button', { name: 'See my appointments' }).click();
  await visitor.page.getByText('You have nothing planned.').waitFor();
  const theirs = visitor.page.getByRole('link', { name: /recording/i });
  assert.equal(await theirs.count(), 0, 'nothing is shown at first');
  await turn(page, stage.publicUrl, true);
  await visitor.page.reload();
  await theirs.first().click();
  await visitor.page.locator('video').waitFor();
  await visitor.page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 1);
  await turn(page, stage.publicUrl, false);
  const answer = await visitor.page.reload();
  assert.equal(answer?.status(), 404);
}

async function turn(page: Page, publicUrl: string, on: boolean): Promise<void> {
  await page.goto(`${publicUrl}/console/settings`);
  const portal = page.getByRole('switch', { name: 'Show recordings and transcripts in the client portal' });
  await portal.waitFor();
  assert.equal(await portal.isChecked(), !on);
  await portal.setChecked(on, { force: true });
  const form = page.getByRole('form', { name: 'Recordings and transcripts' });
  await form.getByRole('button', { name: 'Save what is kept and shown' }).click();
  await form.getByText('Saved.', { exact: true }).waitFor();
}

async function look(page: Page, name: string, { still = true } = {}): Promise<void> {
  const file = `recordings-${name.replaceAll(/\W+/g, '-')}`;
  await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' });
  await shoot(page, file);
  await assertAccessible(page, `${name}, light`);
  if (!still) return;
  await dress(page, 'dark');
  await shoot(page, `${file}-dark`);
  await assertAccessible(page, `${name}, dark`);
  await dress(page, 'light');
  await page.setViewportSize({ width: 390, height: 844 });
  await shoot(page, `${file}-narrow`);
  assert.ok(await fitsAcross(page), `${name} fits across a narrow screen`);
  await page.setViewportSize(wide);
}

/** Another theme, without the fading from one to the other. */
async function dress(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise((painted) => requestAnimationFrame(painted));
  });
}
