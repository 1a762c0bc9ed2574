import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './support/axe.ts';
import { shoot } from './support/browser.ts';
import { startUiFront, type UiFront } from './support/front.ts';
import { signedIn } from './support/member.ts';
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
