import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { Problem } from '../problem.ts';
import { dateIn, formatWhen } from '../scheduling/date-text.ts';
import { addressOf, findSlotAt, otherTimes, type Picking, pickerModel } from './picking.ts';
import { detailsPage, type DetailsModel } from './views/details.ts';
import { localeOf } from '../http/language.ts';
import { messagePage } from '../http/message.ts';
import { pickerPage } from './views/picker.ts';
import { seriesPage } from './views/series.ts';
import { type Embedding, embeddingOf, formOf, orExplain, page } from './visit.ts';
import {
  checkFields,
  type FieldErrors,
  fieldErrorsOf,
  instantText,
  noFields,
  readForm,
  readHoldKey,
  readQuery,
  type VisitorFields,
} from './visitor-form.ts';
import { clockWords, closedMessage, groupRemark, isPassing, lostSlotWords, messages, words } from './visitor-words.ts';
import type { PublicEventType, Rhythm, SlotChoice, VisitorDeps } from './visitor.ts';

export type EventTypeVisit = {
  c: Context;
  deps: VisitorDeps;
  eventType: PublicEventType;
  path: string;
  embedding: Embedding;
};

/** Finds what is to be booked and answers; or says that nothing is, or why not. */
export async function withEventType(
  c: Context,
  deps: VisitorDeps,
  answer: (visit: EventTypeVisit) => Promise<Response>,
): Promise<Response> {
  const { workspace = '', eventType: slug = '' } = c.req.param();
  const isAddress = [workspace, slug].every((part) => /^[^\p{Cc}]{1,200}$/u.test(part));
  const eventType = isAddress ? await deps.findPublicEventType(workspace, slug) : undefined;
  if (!eventType) return page(c, messagePage(messages.noEventType), 404);
  const embedding = embeddingOf(c, eventType.embedOrigins);
  if (!eventType.open)
    return page(c, messagePage({ ...closedMessage(eventType.hostName), embeddedIn: embedding.site }));
  const path = `/book/${encodeURIComponent(workspace)}/${encodeURIComponent(slug)}`;
  return orExplain(c, { hostName: eventType.hostName, path, embedding }, () =>
    answer({ c, deps, eventType, path, embedding }),
  );
}

/** The calendar; with a time, the form. */
export async function showEventType(visit: EventTypeVisit): Promise<Response> {
  const { c, deps, eventType } = visit;
  const { start, durationMinutes, operatorId, ...query } = readQuery(c.req.query());
  const picking = pickingOf(visit, { durationMinutes, operatorId });
  if (!start) return page(c, pickerPage(await pickerModel(deps, picking, query)));
  const timeZone = query.timeZone ?? eventType.timeZone;
  const slot = await findSlotAt(deps, picking, start);
  if (!slot) {
    const day = dateIn(start, timeZone);
    const model = await pickerModel(deps, picking, { day, timeZone }, words.gone);
    return page(c, pickerPage(model), 409);
  }
  const time = {
    kind: 'chosen' as const,
    value: instantText(start),
    when: formatWhen(slot.start, slot.end, timeZone),
  };
  const form = {
    start,
    timeZone,
    idempotencyKey: randomUUID(),
    holdKey: undefined,
    rhythm: undefined,
    typed: noFields,
  };
  return page(c, detailsPage({ ...detailsOf(visit, picking, form), errors: {}, time }));
}

/** What a visitor picks from, with what they chose. Throws `invalid_request` for a choice that is not offered. */
function pickingOf({ eventType, path, embedding }: EventTypeVisit, choice: SlotChoice): Picking {
  const { durationMinutes, operatorId } = choice;
  const { id, durations, operators } = eventType;
  const isOffered =
    (durationMinutes === undefined || durations.includes(durationMinutes)) &&
    (operatorId === undefined || operators.some((operator) => operator.id === operatorId));
  if (!isOffered) throw new Problem('invalid_request', { detail: words.notAChoice });
  const length = durationMinutes ?? eventType.durationMinutes;
  return {
    eventTypeId: id,
    intro: { ...eventType, durationMinutes: length, remarks: groupRemark(eventType.capacity), inTeams: true },
    path,
    keep: {
      ...(durationMinutes !== undefined && { duration: String(durationMinutes) }),
      ...(operatorId !== undefined && { operator: operatorId }),
      ...embedding.keep,
    },
    choice: {
      ...(durationMinutes !== undefined && { durationMinutes }),
      ...(operatorId !== undefined && { operatorId }),
    },
    choices: { durations, operators },
    capacity: eventType.capacity,
    embeddedIn: embedding.site,
    zone: { name: eventType.timeZone, guessed: true },
  };
}

type Form = ReturnType<typeof readForm>;
type Shown = Pick<Form, 'start' | 'timeZone' | 'idempotencyKey' | 'holdKey' | 'rhythm' | 'typed'>;

/** Books what the form asks for. A series is shown first, with what stands in its way. */
export async function book(visit: EventTypeVisit): Promise<Response> {
  const { c, deps, eventType, embedding } = visit;
  const form = readForm(await formOf(c));
  const picking = pickingOf(visit, form);
  const checked = checkFields(form.typed);
  if ('errors' in checked) return detailsAgain(visit, picking, form, { errors: checked.errors, status: 400 });
  if (form.editing) return detailsAgain(visit, picking, form, { status: 200 });
  const rhythm = rhythmOf(eventType, form);
  if (rhythm && !form.agreed) return seriesAgain(visit, picking, { ...form, rhythm });
  try {
    const { start, timeZone, idempotencyKey, holdKey, agreed } = form;
    const visitor = { ...checked.fields, timeZone, locale: localeOf(c.req.header('accept-language')) };
    const series = rhythm && agreed ? { rhythm, starts: agreed } : undefined;
    const wanted = { eventTypeId: eventType.id, ...picking.choice, start, series, holdKey, visitor, idempotencyKey };
    const { token } = await deps.createBooking(wanted);
    const told = Object.keys(embedding.keep).length > 0 ? { ...embedding.keep, booked: '' } : undefined;
    const kept = `/bookings/${encodeURIComponent(token)}`;
    return c.redirect(told ? addressOf(kept, told) : kept, 303);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return bookingRefused(visit, picking, { ...form, rhythm }, error);
  }
}

function rhythmOf({ mostInSeries }: PublicEventType, { rhythm }: Form): Rhythm | undefined {
  if (!rhythm || mostInSeries < 2) return undefined;
  if (rhythm.times > mostInSeries) throw new Problem('invalid_request', { detail: words.tooManyTimes });
  return rhythm;
}

async function bookingRefused(
  visit: EventTypeVisit,
  picking: Picking,
  form: Form,
  problem: Problem,
): Promise<Response> {
  const { c, deps } = visit;
  const errors = problem.code === 'invalid_request' && fieldErrorsOf(problem.errors ?? []);
  if (errors) return detailsAgain(visit, picking, form, { errors, status: 400 });
  if (isPassing(problem)) return detailsAgain(visit, picking, form, { problem: words.passing, status: 503 });
  const lost = lostSlotWords(problem);
  if (lost === undefined) throw problem;
  if (form.rhythm) return seriesAgain(visit, picking, { ...form, rhythm: form.rhythm }, words.seriesChanged);
  const other = await otherTimes(deps, picking, form.start, form.timeZone);
  const time = { kind: 'lost' as const, words: lost, ...other };
  return page(c, detailsPage({ ...detailsOf(visit, picking, form), errors: {}, time }), 409);
}

/** The times of a series, looked at just now. */
async function seriesAgain(
  { c, deps, eventType, path, embedding }: EventTypeVisit,
  picking: Picking,
  form: Shown & { rhythm: Rhythm },
  problem?: string,
): Promise<Response> {
  const { start, rhythm, holdKey, timeZone } = form;
  const times = await deps.previewSeries(eventType.id, { ...picking.choice, start, rhythm, holdKey });
  const model = {
    intro: briefly(picking.intro),
    action: withKept(path, embedding),
    hidden: {
      ...hiddenOf(picking, form),
      start: instantText(start),
      every: rhythm.every,
      times: String(rhythm.times),
      ...shortened(form.typed),
    },
    times: times.map((time) => ({
      value: instantText(time.start),
      when: formatWhen(time.start, time.end, timeZone),
      free: time.free,
    })),
    problem,
    needsApproval: eventType.needsApproval,
    embeddedIn: embedding.site,
  };
  return page(c, seriesPage(model), problem === undefined ? 200 : 409);
}

type Again = { errors?: FieldErrors; problem?: string; status: 200 | 400 | 503 };

/** The form once more, with all that was typed. */
function detailsAgain(
  visit: EventTypeVisit,
  picking: Picking,
  form: Shown,
  { errors = {}, problem, status }: Again,
): Response | Promise<Response> {
  const end = new Date(form.start.getTime() + picking.intro.durationMinutes * 60_000);
  const when = formatWhen(form.start, end, form.timeZone);
  const time = { kind: 'chosen' as const, value: instantText(form.start), when };
  return page(visit.c, detailsPage({ ...detailsOf(visit, picking, form), errors, problem, time }), status);
}

function detailsOf(
  { eventType, path, embedding }: EventTypeVisit,
  picking: Picking,
  form: Shown,
): Omit<DetailsModel, 'errors' | 'time'> {
  const { start, timeZone, rhythm, typed } = form;
  const { mostInSeries, needsApproval } = eventType;
  return {
    intro: briefly(picking.intro),
    action: withKept(path, embedding),
    backUrl: addressOf(path, { day: dateIn(start, timeZone), tz: timeZone, ...picking.keep }),
    hidden: hiddenOf(picking, form),
    typed: shortened(typed),
    holdUrl: `${path}/hold`,
    series: mostInSeries > 1 ? { most: mostInSeries, rhythm } : undefined,
    needsApproval,
    embeddedIn: embedding.site,
  };
}

function hiddenOf({ choice }: Picking, { timeZone, idempotencyKey, holdKey }: Shown) {
  const { durationMinutes, operatorId } = choice;
  return {
    tz: timeZone,
    key: idempotencyKey,
    hold: holdKey,
    duration: durationMinutes === undefined ? undefined : String(durationMinutes),
    operator: operatorId,
  };
}

function withKept(path: string, { keep }: Embedding): string {
  return Object.keys(keep).length > 0 ? addressOf(path, keep) : path;
}

/** The form needs no description: it was read on the calendar page. */
function briefly(intro: Picking['intro']): Picking['intro'] {
  return { ...intro, description: '' };
}

/** What is far too long to be right does not have to be sent back whole. */
function shortened(typed: VisitorFields): VisitorFields {
  return { name: typed.name.slice(0, 500), email: typed.email.slice(0, 500), note: typed.note.slice(0, 5000) };
}

/** Keeps the time while the form is filled in. Only a script asks for it: opening a page takes nobody's time. */
export async function hold(visit: EventTypeVisit): Promise<Response> {
  const { c, deps, eventType } = visit;
  const fields = await formOf(c);
  const form = readForm(fields);
  const { choice } = pickingOf(visit, form);
  if (form.holdKey === undefined) throw new Problem('invalid_request', { detail: messages.notAForm.words });
  try {
    const { expiresAt } = await deps.hold(eventType.id, { ...choice, start: form.start, key: form.holdKey });
    const until = clockWords(expiresAt, form.timeZone);
    return c.json({
      words: `We keep this time for you until ${until}.`,
      keptMs: expiresAt.getTime() - deps.now().getTime(),
    });
  } catch (error) {
    if (error instanceof Problem && error.code === 'too_many_holds') return c.json({ words: words.notHeld }, 409);
    if (lostSlotWords(error) === undefined) throw error;
    return c.json({ words: words.heldByAnother }, 409);
  }
}

/** Gives the time back when the visitor leaves. */
export async function release({ c, deps }: EventTypeVisit): Promise<Response> {
  const key = readHoldKey(await formOf(c));
  if (key !== undefined) await deps.releaseHold(key);
  return c.body(null, 204);
}
