import { Button } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { eventTypeQuery } from '../api/queries.ts';
import { ProblemView } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import { BasicFields } from './basic-fields.tsx';
import { sameDraft, slugOf, weekdayNames, type Draft } from './draft.ts';
import styles from './event-types.module.css';
import { faultsOf, fieldId } from './faults.ts';
import { HoursEditor } from './hours-editor.tsx';
import { MeetingFields } from './meeting-fields.tsx';
import { OptionFields } from './option-fields.tsx';
import { RuleFields } from './rule-fields.tsx';

const DeleteDialog = lazy(async () => ({ default: (await import('./delete-dialog.tsx')).DeleteDialog }));

/** Every setting of an event type. The server checks them; what it refuses is shown at its field. */
export function EventTypeForm({ start, id }: { start: Draft; id?: string }) {
  const [first] = useState(start); // what is on the server may change while somebody types
  const [draft, setDraft] = useState(first);
  const [ownSlug, setOwnSlug] = useState(id !== undefined);
  const [deleting, setDeleting] = useState(false);
  const save = useSaving(id);
  const navigate = useNavigate();
  const faults = faultsOf(save.error);
  const change = (changes: Partial<Draft>) => {
    if (changes.slug !== undefined) setOwnSlug(changes.slug !== '');
    setDraft((before) => {
      const after = { ...before, ...changes };
      return ownSlug || changes.title === undefined ? after : { ...after, slug: slugOf(after.title) };
    });
  };
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate(draft);
  };
  return (
    <form className={sheets.form} onSubmit={onSubmit} noValidate>
      <Faults error={save.error} />
      <BasicFields draft={draft} change={change} faults={faults} />
      <HoursEditor draft={draft} change={change} faults={faults} />
      <RuleFields draft={draft} change={change} faults={faults} />
      <MeetingFields draft={draft} change={change} faults={faults} />
      <OptionFields draft={draft} change={change} faults={faults} />
      <div className={styles.foot}>
        <Button type="submit" appearance="primary" disabledFocusable={save.isPending}>
          {id ? 'Save' : 'Make this event type'}
        </Button>
        <Button onClick={() => void navigate({ to: '/event-types' })}>Cancel</Button>
        {id && <Button onClick={() => setDeleting(true)}>Delete this event type</Button>}
      </div>
      <UnsavedChanges changed={!sameDraft(draft, first)}>
        {id ? `What you changed in “${first.title}” is lost.` : 'The new event type is lost.'}
      </UnsavedChanges>
      {id && deleting && (
        <Suspense>
          <DeleteDialog id={id} title={start.title} onClose={() => setDeleting(false)} />
        </Suspense>
      )}
    </form>
  );
}

function useSaving(id: string | undefined) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (draft: Draft) =>
      id
        ? ask(api['event-types'][':id'].$put({ param: { id }, json: draft }))
        : ask(api['event-types'].$post({ json: draft })),
    onSuccess: async (saved) => {
      queries.setQueryData(eventTypeQuery(saved.id).queryKey, saved);
      await queries.invalidateQueries({ queryKey: ['event-types'], exact: true });
      void navigate({ to: '/event-types', ignoreBlocker: true });
    },
  });
}

/** Every fault at once, each leading to its field; the focus comes here when the server refused. */
function Faults({ error }: { error: Error | null }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error) box.current?.focus();
  }, [error]);
  if (!error) return null;
  const faults = faultsOf(error);
  return (
    <div ref={box} tabIndex={-1} role="alert">
      {faults.length === 0 ? (
        <ProblemView problem={problemOf(error)} />
      ) : (
        <div className={styles.errors}>
          <h2>
            {faults.length === 1 ? 'One thing needs your attention' : `${faults.length} things need your attention`}
          </h2>
          <ul>
            {faults.map(({ pointer, detail }) => (
              <li key={pointer + detail}>
                <a href={`#${fieldId(pointer)}`} onClick={(event) => goTo(event, pointer)}>
                  {nameOf(pointer)}: {detail}
                </a>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function goTo(event: React.MouseEvent, pointer: string): void {
  event.preventDefault();
  document.getElementById(fieldId(pointer))?.focus();
}

const names: Record<string, string> = {
  title: 'Title',
  slug: 'Address',
  description: 'Description',
  hostId: 'Host',
  timeZone: 'Time zone',
  durationMinutes: 'Length',
  slotStepMinutes: 'Start times',
  bufferBeforeMinutes: 'Free time before',
  bufferAfterMinutes: 'Free time after',
  minNoticeMinutes: 'Notice',
  horizonDays: 'How far ahead',
  organizer: 'Who owns the meeting',
  meetingKind: 'Kind of meeting',
  meetingOptions: 'Meeting options',
};
const days: Record<string, string> = { ...weekdayNames, overrides: 'Dates with other hours' };

function nameOf(pointer: string): string {
  const [, name = '', day = ''] = pointer.split('/');
  return name === 'schedule' ? (days[day] ?? 'Hours') : (names[name] ?? name);
}
