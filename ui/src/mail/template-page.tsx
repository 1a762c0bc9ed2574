import { Button, Field, Input, Textarea } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useDeferredValue, useRef, useState } from 'react';
import {
  previewQuery,
  resetTemplate,
  saveTemplate,
  templatesQuery,
  type EmailTemplate,
  type Words,
} from '../api/mail.ts';
import { problemOf } from '../api/problem.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import { useChange } from '../parts/use-change.ts';
import { localeNames } from '../people/locale-names.ts';
import { useMe } from '../shell/me.ts';
import { LetterView } from './letter-view.tsx';
import { letterName, letterWhen } from './mail-words.ts';
import styles from './mail.module.css';

const route = getRouteApi('/settings/mail/templates/$template/$locale');

/** The words of one letter in one language, and how it will look. */
export function TemplatePage() {
  const { template, locale } = route.useParams();
  const { mayManage } = useMe();
  const { data, error, refetch } = useQuery({
    ...templatesQuery,
    enabled: mayManage,
    refetchOnWindowFocus: false,
  });
  const locales = data?.filter((one) => one.template === template) ?? [];
  const chosen = locales.find((one) => one.locale === locale);
  return (
    <Page
      title={letterName(template)}
      lead={letterWhen(template)}
      back={{ link: { to: '/settings/mail/templates' }, words: 'Templates' }}
    >
      <ManagersOnly>
        <Tabs label="Language">
          {locales.map((one) => (
            <Link
              key={one.locale}
              to="/settings/mail/templates/$template/$locale"
              params={{ template, locale: one.locale }}
              lang={one.locale}
            >
              {localeNames.get(one.locale) ?? one.locale}
            </Link>
          ))}
        </Tabs>
        {!data && !error && <SkeletonRows rows={2} height="320px" />}
        {!data && error && <QueryProblem error={error} retry={refetch} />}
        {data && !chosen && <p>There is no such letter.</p>}
        {chosen && <Editor key={`${template} ${locale}`} template={chosen} />}
      </ManagersOnly>
    </Page>
  );
}

const wordsOf = ({ subject, body }: Words): Words => ({ subject, body });

function Editor({ template }: { template: EmailTemplate }) {
  const [saved, setSaved] = useState(() => wordsOf(template)); // it may change on the server while somebody types
  const [draft, setDraft] = useState(saved);
  const [resetting, setResetting] = useState(false);
  const after = (words: Words) => {
    setSaved(wordsOf(words));
    setDraft(wordsOf(words));
  };
  const save = useChange(['email-templates'], (words: Words) => saveTemplate(template, words), after);
  const changed = draft.subject !== saved.subject || draft.body !== saved.body;
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!save.isPending && changed) save.mutate(draft);
  };
  return (
    <div className={styles.editor}>
      <form className={sheets.group} onSubmit={onSubmit} noValidate aria-label="Words">
        <h2>{template.changed ? 'In your words' : 'In Parley’s words'}</h2>
        <WordFields template={template} draft={draft} change={setDraft} error={save.error} />
        <FormProblem error={save.error} />
        <div className={styles.foot}>
          <Button type="submit" appearance="primary" disabledFocusable={save.isPending || !changed}>
            Save these words
          </Button>
          {template.changed && <Button onClick={() => setResetting(true)}>Use Parley’s words again</Button>}
          <span role="status" className={sheets.quiet}>
            {changed ? 'There are changes that are not saved.' : save.isSuccess && 'Saved.'}
          </span>
        </div>
        <UnsavedChanges changed={changed}>What you changed in this letter is lost.</UnsavedChanges>
      </form>
      <Preview template={template} draft={draft} />
      {resetting && <Reset template={template} onReset={after} onClose={() => setResetting(false)} />}
    </div>
  );
}

type FieldsProps = {
  template: EmailTemplate;
  draft: Words;
  change: (words: Words) => void;
  error: Error | null;
};

/** Subject and body; a placeholder goes in where the cursor is. */
function WordFields({ template, draft, change, error }: FieldsProps) {
  const body = useRef<HTMLTextAreaElement>(null);
  const insert = (name: string) => {
    const field = body.current;
    const at = field?.selectionStart ?? draft.body.length;
    const text = `{{${name}}}`;
    change({ ...draft, body: draft.body.slice(0, at) + text + draft.body.slice(field?.selectionEnd ?? at) });
    requestAnimationFrame(() => {
      field?.focus();
      field?.setSelectionRange(at + text.length, at + text.length);
    });
  };
  return (
    <>
      <Field label="Subject" required validationMessage={faultAt(error, '/subject')}>
        <Input
          value={draft.subject}
          lang={template.locale}
          onChange={(_, { value }) => change({ ...draft, subject: value })}
        />
      </Field>
      <Field label="Text" required validationMessage={faultAt(error, '/body')}>
        <Textarea
          textarea={{ ref: body }}
          value={draft.body}
          lang={template.locale}
          rows={14}
          resize="vertical"
          onChange={(_, { value }) => change({ ...draft, body: value })}
        />
      </Field>
      <div>
        <p className={sheets.quiet} id="placeholders">
          What Parley fills in:
        </p>
        <ul className={styles.placeholders} aria-labelledby="placeholders">
          {template.placeholders.map((name) => (
            <li key={name}>
              <Button size="small" aria-label={`Put {{${name}}} into the text`} onClick={() => insert(name)}>
                {`{{${name}}}`}
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

function Preview({ template, draft }: { template: EmailTemplate; draft: Words }) {
  const words = useDeferredValue(draft);
  const { data, error, isFetching } = useQuery({
    ...previewQuery(template, words),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <section className={sheets.group} aria-label="Preview">
      <h2>How it will look</h2>
      {error && <NotYet error={error} />}
      {!data && !error && <SkeletonRows rows={1} height="420px" />}
      {data && (
        <div className={isFetching ? styles.waiting : undefined}>
          <p className={styles.subject} lang={template.locale}>
            {data.subject}
          </p>
          <LetterView html={data.html} text={data.text} subject={data.subject} />
        </div>
      )}
    </section>
  );
}

/** While somebody types, words are wrong now and then: that needs no alarm. */
function NotYet({ error }: { error: Error }) {
  const { errors, detail, title } = problemOf(error);
  return <p className={sheets.quiet}>{errors?.map((fault) => fault.detail).join(' ') ?? detail ?? title}</p>;
}

type ResetProps = { template: EmailTemplate; onReset: (words: Words) => void; onClose: () => void };

function Reset({ template, onReset, onClose }: ResetProps) {
  const change = useChange(
    ['email-templates'],
    () => resetTemplate(template),
    (words) => {
      if (words) onReset(words);
      onClose();
    },
  );
  return (
    <ConfirmDialog
      title="Use Parley’s words again?"
      verb="Use Parley’s words"
      keep="Keep your words"
      change={change}
      onClose={onClose}
    >
      <p>Your words of this letter are lost. From the next letter on, it is written in Parley’s words.</p>
    </ConfirmDialog>
  );
}
