import { Button } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { operatorsQuery } from '../api/availability.ts';
import { api, ask } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { eventTypeQuery, type EventType } from '../api/queries.ts';
import { ProblemView } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import { BasicFields, type FieldsProps } from './basic-fields.tsx';
import { BusyFields } from './busy-fields.tsx';
import { ChangeFields } from './change-fields.tsx';
import { draftOf, sameDraft, slugOf, type Draft } from './draft.ts';
import { Embed } from './embed.tsx';
import styles from './event-types.module.css';
import { faultsOf, fieldId, nameOf } from './faults.ts';
import { HoursEditor } from './hours-editor.tsx';
import { MailFields } from './mail-fields.tsx';
import { MeetingFields } from './meeting-fields.tsx';
import { OptionFields } from './option-fields.tsx';
import { Preview } from './preview.tsx';
import { Section } from './section.tsx';
import {
  busySentence,
  changesSentence,
  hoursSentence,
  mailSentence,
  meetingSentence,
  optionsSentence,
  timesSentence,
} from './setting-words.ts';
import { TimesFields } from './times-fields.tsx';

const DeleteDialog = lazy(async () => ({ default: (await import('./delete-dialog.tsx')).DeleteDialog }));

type Props = {
  start: Draft;
  /** The event type that is changed; `undefined` for a new one. */
  eventType?: EventType;
  /** The section that the address names. */
  section?: string | undefined;
};

/** Every setting of an event type. The server checks them; what it refuses is shown at its field. */
export function EventTypeForm({ start, eventType, section }: Props) {
  const id = eventType?.id;
  const [saved, setSaved] = useState(start); // what is on the server may change while somebody types
  const [draft, setDraft] = useState(start);
  const [ownSlug, setOwnSlug] = useState(id !== undefined);
  const save = useSaving(id, (after) => {
    setSaved(after);
    setDraft(after);
  });
  const navigate = useNavigate();
  const faults = faultsOf(save.error);
  const change = (changes: Partial<Draft>) => {
    if (changes.slug !== undefined) setOwnSlug(changes.slug !== '');
    setDraft((before) => {
      const after = { ...before, ...changes };
      return ownSlug || changes.title === undefined ? after : { ...after, slug: slugOf(after.title) };
    });
  };
  const changed = !sameDraft(draft, saved);
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate(draft);
  };
  return (
    <div className={styles.editor}>
      <form className={sheets.form} onSubmit={onSubmit} noValidate aria-label={saved.title || 'New event type'}>
        <Faults error={save.error} />
        <BasicFields draft={draft} change={change} faults={faults} id={id} />
        <Sections draft={draft} change={change} faults={faults} wanted={section} />
        <div className={styles.foot}>
          <Button type="submit" appearance="primary" disabledFocusable={save.isPending}>
            {id ? 'Save' : 'Make this event type'}
          </Button>
          <Button onClick={() => void navigate({ to: '/event-types' })}>Cancel</Button>
          <span role="status" className={sheets.quiet}>
            {changed ? id && 'There are changes that are not saved.' : save.isSuccess && 'Saved.'}
          </span>
        </div>
        <UnsavedChanges changed={changed}>
          {id ? `What you changed in “${saved.title}” is lost.` : 'The new event type is lost.'}
        </UnsavedChanges>
      </form>
      <div className={styles.beside}>
        <Preview draft={draft} saved={id ? saved : undefined} id={id} changed={changed} />
      </div>
      {eventType && (
        <div className={styles.afterForm}>
          <Embed eventType={eventType} />
          <Deletion id={eventType.id} title={saved.title} />
        </div>
      )}
    </div>
  );
}

/** Everything beyond the basics; each part says what is set, and opens when it is wanted. */
function Sections({ wanted, ...props }: FieldsProps & { wanted: string | undefined }) {
  const { draft, faults } = props;
  const shared = { faults, wanted };
  return (
    <div className={styles.sections}>
      <Section {...shared} name="hours" title="Hours" sentence={hoursSentence(draft)}>
        <HoursEditor {...props} />
      </Section>
      <Section {...shared} name="times" title="Times and limits" sentence={timesSentence(draft)}>
        <TimesFields {...props} />
      </Section>
      <Section {...shared} name="busy" title="What counts as busy" sentence={busySentence(draft)}>
        <BusyFields {...props} />
      </Section>
      <Section {...shared} name="changes" title="Approval and changes" sentence={changesSentence(draft)}>
        <ChangeFields {...props} />
      </Section>
      <Section {...shared} name="mail" title="Invitations and reminders" sentence={mailSentence(draft)}>
        <MailFields {...props} />
      </Section>
      <Section {...shared} name="meeting" title="The Teams meeting" sentence={meetingSentence(draft)}>
        <MeetingFields {...props} />
      </Section>
      <Section {...shared} name="options" title="Meeting options" sentence={optionsSentence(draft)}>
        <OptionFields {...props} />
      </Section>
    </div>
  );
}

/** A new event type leads back to the list; one that is changed stays open, so that its times can be looked at. */
function useSaving(id: string | undefined, onSaved: (draft: Draft) => void) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (draft: Draft) =>
      id
        ? ask(api['event-types'][':id'].$put({ param: { id }, json: draft }))
        : ask(api['event-types'].$post({ json: draft })),
    onSuccess: async (eventType) => {
      queries.setQueryData(eventTypeQuery(eventType.id).queryKey, eventType);
      await queries.invalidateQueries({ queryKey: ['event-types'], exact: true });
      void queries.invalidateQueries(operatorsQuery(eventType.id));
      void queries.invalidateQueries({ queryKey: ['slots'] });
      void queries.invalidateQueries({ queryKey: ['why-not'] });
      if (id) onSaved(draftOf(eventType));
      else void navigate({ to: '/event-types', ignoreBlocker: true });
    },
  });
}

function Deletion({ id, title }: { id: string; title: string }) {
  const [deleting, setDeleting] = useState(false);
  return (
    <div className={styles.foot}>
      <Button onClick={() => setDeleting(true)}>Delete this event type</Button>
      <Suspense>{deleting && <DeleteDialog id={id} title={title} onClose={() => setDeleting(false)} />}</Suspense>
    </div>
  );
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
  const field = document.getElementById(fieldId(pointer));
  const section = field?.closest('details');
  if (section) section.open = true;
  field?.focus();
}
