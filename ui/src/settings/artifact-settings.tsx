import { Button, Field, Input, Switch } from '@fluentui/react-components';
import { Warning20Filled } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import {
  artifactSettingsQuery,
  changeArtifactSettings,
  olderQuery,
  type ArtifactKind,
  type ArtifactSettings as Settings,
} from '../api/artifacts.ts';
import { useSettled } from '../attendees/use-settled.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import { useChange } from '../parts/use-change.ts';
import { useNow } from '../parts/use-now.ts';
import { dayText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './settings.module.css';

/** What becomes of recordings, transcripts and attendance: where they are, who sees them, how long they stay. */
export function ArtifactSettings() {
  const { mayManage } = useMe();
  const { data, error, refetch } = useQuery({
    ...artifactSettingsQuery,
    enabled: mayManage,
    refetchOnWindowFocus: false,
  });
  if (!data) return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={1} height="420px" />;
  return <Form start={data} />;
}

type Days = Record<ArtifactKind, string>;
type Draft = Pick<Settings, 'downloadRecordings' | 'showInPortal'> & { keepDays: Days };

const kinds: { kind: ArtifactKind; label: string; many: string }[] = [
  { kind: 'recording', label: 'Recordings', many: 'recordings' },
  { kind: 'transcript', label: 'Transcripts', many: 'transcripts' },
  { kind: 'attendance', label: 'Attendance', many: 'attendance reports' },
];

const draftOf = ({ keepDays, ...rest }: Settings): Draft => ({
  ...rest,
  keepDays: eachKind((kind) => keepDays[kind]?.toString() ?? ''),
});

const settingsOf = ({ keepDays, ...rest }: Draft): Settings => ({
  ...rest,
  keepDays: eachKind((kind) => (keepDays[kind].trim() === '' ? null : Number(keepDays[kind]))),
});

function eachKind<T>(value: (kind: ArtifactKind) => T): Record<ArtifactKind, T> {
  return { recording: value('recording'), transcript: value('transcript'), attendance: value('attendance') };
}

function Form({ start }: { start: Settings }) {
  const [saved, setSaved] = useState(start); // it may change on the server while somebody types
  const [draft, setDraft] = useState(() => draftOf(start));
  const [confirming, setConfirming] = useState(false);
  const losses = useLosses(saved, draft.keepDays);
  const save = useChange(
    ['artifact-settings', 'artifacts'],
    () => changeArtifactSettings(settingsOf(draft)),
    (after) => {
      setSaved(after);
      setDraft(draftOf(after));
      setConfirming(false);
    },
  );
  const changed = JSON.stringify(draft) !== JSON.stringify(draftOf(saved));
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (save.isPending || !changed) return;
    if (losses.length === 0) return save.mutate();
    save.reset();
    setConfirming(true);
  };
  return (
    <form
      className={sheets.group}
      onSubmit={onSubmit}
      noValidate
      aria-label="Recordings and transcripts"
      id="recordings"
    >
      <h2>Recordings and transcripts</h2>
      <Choices draft={draft} change={change} />
      <fieldset className={styles.keep}>
        <legend>How long they are kept</legend>
        <p className={sheets.quiet}>
          In days after the meeting; empty: until somebody deletes them. What is under legal hold stays.
        </p>
        <div className={styles.days}>
          {kinds.map(({ kind, label }) => (
            <DaysField
              key={kind}
              label={label}
              value={draft.keepDays[kind]}
              fault={faultAt(save.error, `/keepDays/${kind}`)}
              put={(text) => change({ keepDays: { ...draft.keepDays, [kind]: text } })}
            />
          ))}
        </div>
        <Losses losses={losses} />
      </fieldset>
      <FormProblem error={confirming ? null : save.error} />
      <div className={styles.foot}>
        <Button type="submit" appearance="primary" disabledFocusable={save.isPending || !changed}>
          Save what is kept and shown
        </Button>
        <span role="status" className={sheets.quiet}>
          {changed ? 'There are changes that are not saved.' : save.isSuccess && 'Saved.'}
        </span>
      </div>
      {confirming && (
        <ConfirmDialog
          title={`Delete ${losses.map(({ words }) => words).join(' and ')}?`}
          verb={`Delete ${losses.map(({ words }) => words).join(' and ')}`}
          keep="Keep them"
          change={save}
          onClose={() => setConfirming(false)}
        >
          {losses.map(({ kind, sentence }) => (
            <p key={kind}>{sentence}</p>
          ))}
          <p>What Microsoft keeps stays at Microsoft, but Parley does not fetch it again.</p>
        </ConfirmDialog>
      )}
      <UnsavedChanges changed={changed}>What you changed about recordings is lost.</UnsavedChanges>
    </form>
  );
}

function Choices({ draft, change }: { draft: Draft; change: (changes: Partial<Draft>) => void }) {
  return (
    <div className={styles.switches}>
      <Turn
        label="Download recordings to internal storage"
        on={draft.downloadRecordings}
        turn={(downloadRecordings) => change({ downloadRecordings })}
      >
        Parley keeps its own encrypted copy of every recording, so that it stays when Microsoft deletes it. Off:
        recordings are played from Microsoft.
      </Turn>
      <Turn
        label="Show recordings and transcripts in the client portal"
        on={draft.showInPortal}
        turn={(showInPortal) => change({ showInPortal })}
      >
        Visitors can watch and read what is left of the bookings that they were invited to. Switched off, it is gone
        from their pages at once.
      </Turn>
    </div>
  );
}

type TurnProps = { label: string; on: boolean; turn: (on: boolean) => void; children: ReactNode };

function Turn({ label, on, turn, children }: TurnProps) {
  const id = useId();
  return (
    <div>
      <Switch label={label} checked={on} aria-describedby={id} onChange={(_, { checked }) => turn(checked)} />
      <p id={id} className={styles.explained}>
        {children}
      </p>
    </div>
  );
}

type DaysFieldProps = { label: string; value: string; fault: string | undefined; put: (text: string) => void };

function DaysField({ label, value, fault, put }: DaysFieldProps) {
  return (
    <Field label={{ children: <>{label}: keep for … days</> }} validationMessage={fault}>
      <Input
        type="number"
        inputMode="numeric"
        min={1}
        value={value}
        placeholder="Until deleted"
        contentAfter="days"
        onChange={(_, data) => put(data.value)}
      />
    </Field>
  );
}

type Loss = { kind: ArtifactKind; words: string; sentence: string };

/** What a shorter time deletes, kind by kind; nothing where it is not shorter, or nothing is so old. */
function useLosses(saved: Settings, keepDays: Days): Loss[] {
  const recording = useLoss('recording', saved, keepDays.recording);
  const transcript = useLoss('transcript', saved, keepDays.transcript);
  const attendance = useLoss('attendance', saved, keepDays.attendance);
  return [recording, transcript, attendance].filter((loss) => loss !== undefined);
}

const dayMs = 86_400_000;

function useLoss(kind: ArtifactKind, saved: Settings, typed: string): Loss | undefined {
  const { timeZone } = useMe().member;
  const now = useNow();
  const days = Number(useSettled(typed));
  const shorter = Number.isInteger(days) && days > 0 && days < (saved.keepDays[kind] ?? Infinity);
  // By the hour, so that it is one question and not a new one with every tick of the clock.
  const before = new Date(Math.floor(now / 3_600_000) * 3_600_000 - (shorter ? days : 0) * dayMs);
  const { data } = useQuery({ ...olderQuery(kind, before.toISOString()), enabled: shorter });
  if (!shorter || !data || data.number === 0 || days !== Number(typed)) return undefined;
  const { many } = kinds.find((one) => one.kind === kind) ?? { many: kind };
  const noun = data.number === 1 ? many.replace(/s$/, '') : many;
  const words = `${data.more ? 'more than ' : ''}${data.number.toLocaleString('en')} ${noun}`;
  const day = dayText(before.toISOString(), timeZone);
  return {
    kind,
    words,
    sentence: `${capital(words)} from before ${day} ${data.number === 1 ? 'is' : 'are'} deleted, for everybody and for good.`,
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Losses({ losses }: { losses: Loss[] }) {
  return (
    <div role="status">
      {losses.map(({ kind, sentence }) => (
        <p key={kind} className={styles.caution}>
          <Warning20Filled aria-hidden />
          When you save: {sentence}
        </p>
      ))}
    </div>
  );
}
