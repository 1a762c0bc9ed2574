import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { templatesQuery, type EmailTemplate } from '../api/mail.ts';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { localeNames } from '../people/locale-names.ts';
import { useMe } from '../shell/me.ts';
import { MailFrame } from './mail-frame.tsx';
import { letterName, letterWhen } from './mail-words.ts';
import styles from './mail.module.css';

/** The letters that Parley writes, each in every language. */
export function TemplatesPage() {
  return (
    <MailFrame>
      <Templates />
    </MailFrame>
  );
}

function Templates() {
  const { mayManage } = useMe();
  const { data, error, refetch } = useQuery({ ...templatesQuery, enabled: mayManage });
  if (!data) return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={6} height="72px" />;
  const letters = Map.groupBy(data, ({ template }) => template);
  return (
    <section className={sheets.group} aria-label="Templates">
      <p className={sheets.quiet}>
        Each letter goes out in the language of its reader. Change the words of any of them; what you leave stays in
        Parley’s words.
      </p>
      <ul className={styles.letters}>
        {[...letters].map(([template, locales]) => (
          <li key={template}>
            <div>
              <h2 className={sheets.name}>{letterName(template)}</h2>
              <p className={sheets.quiet}>{letterWhen(template)}</p>
            </div>
            <ul>
              {locales.map((one) => (
                <li key={one.locale}>
                  <LocaleLink template={one} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

function LocaleLink({ template: { template, locale, changed } }: { template: EmailTemplate }) {
  const name = localeNames.get(locale) ?? locale;
  return (
    <Link
      to="/settings/mail/templates/$template/$locale"
      params={{ template, locale }}
      aria-label={`${letterName(template)}: ${name}${changed ? ', in your words' : ''}`}
      data-changed={changed || undefined}
    >
      {name}
      {changed && <span>your words</span>}
    </Link>
  );
}
